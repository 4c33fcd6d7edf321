import { z } from 'zod'
import { namedSchemas } from './answers.ts'
import type { Route } from './route.ts'

type Json = Readonly<Record<string, unknown>>

/** The route that describes all others, made of the same table as they are. */
export function openapiRoute(table: readonly Route[], base: string): Route {
  const route: Route = {
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    parameters: z.strictObject({}),
    answers: z.record(z.string(), z.unknown()),
    answer: async () => {
      document ??= documentOf([...table, route], base)
      return document
    },
  }
  let document: Json | undefined
  return route
}

function documentOf(table: readonly Route[], base: string): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of table) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Audit trail',
      version: '1',
      description:
        'What the caller may see of the audit trail. An `entityId` in a path is percent-encoded; that of a ' +
        'composite key is a JSON array. Each access is recorded.',
    },
    servers: [{ url: base || '/' }],
    paths,
    components: { schemas: components() },
  }
}

function operationOf({ name, path, summary, parameters, body, answers }: Route): Json {
  const content = (schema: Json, type = 'application/json') => ({ [type]: { schema } })
  const success =
    answers instanceof z.ZodType
      ? content(schemaOf(answers))
      : Object.assign({}, ...answers.map((type) => content({ type: 'string' }, type)))
  const isEmpty = Array.isArray(answers) && answers.length === 0
  return {
    operationId: name,
    summary,
    parameters: Object.entries(parameters.shape).map(([parameter, schema]) =>
      parameterOf(parameter, schema, path),
    ),
    ...(body && { requestBody: { required: true, content: content(schemaOf(body)) } }),
    responses: {
      ...(isEmpty
        ? { 204: { description: summary } }
        : { 200: { description: summary, content: success } }),
      default: {
        description: 'A problem, as RFC 9457 has it',
        content: content({ $ref: `${prefix}Problem` }, 'application/problem+json'),
      },
    },
  }
}

function parameterOf(name: string, schema: z.ZodType, path: string): Json {
  const { description, ...shape } = schemaOf(schema)
  const isList = shape.type === 'array'
  return {
    name,
    in: path.includes(`:${name}`) ? 'path' : 'query',
    required: !schema.safeParse(undefined).success,
    ...(description !== undefined && { description }),
    ...(isList && { style: 'form', explode: false }),
    schema: shape,
  }
}

const prefix = '#/components/schemas/'

function components(): Json {
  const { schemas } = z.toJSONSchema(namedSchemas, { uri: (id) => prefix + id })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]))
}

/** A schema with a name is referred to by it. */
function schemaOf(schema: z.ZodType): Json {
  const named = namedSchemas.get(schema)
  return named ? { $ref: prefix + named.id } : plain(z.toJSONSchema(schema))
}

/** OpenAPI 3.1 has the dialect of JSON Schema that zod writes, and the names are those of its own references. */
function plain({ $schema, $id, ...schema }: Json): Json {
  return schema
}
