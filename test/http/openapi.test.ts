import { expect, test } from 'vitest'
import { createAuditHandler } from '../../src/http/index.ts'
import { checkedLimits } from '../../src/http/limits.ts'
import { routes } from '../../src/http/routes.ts'
import { alpha } from './served.ts'

type Json = Record<string, unknown>

const client = { $audit: { scoped: () => ({}) } } as never
const handler = createAuditHandler({ client, authorize: () => alpha, basePath: '/admin/audit' })
const response = await handler(new Request('http://localhost/admin/audit/openapi.json'))
const document = (await response.json()) as {
  openapi: string
  info: Json
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json> }
}

interface Operation {
  operationId: string
  summary: string
  parameters: { name: string; in: string; required: boolean; schema: Json; explode?: boolean }[]
  requestBody?: { required: boolean; content: Json }
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

/** Everything within a value. */
function* within(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  yield value as Json
  for (const inner of Object.values(value)) yield* within(inner)
}

test('is OpenAPI 3.1, at the base path', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d$/)
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
  expect(document.servers).toEqual([{ url: '/admin/audit' }])
})

test('has every route, and nothing else', () => {
  const named = operations.map(({ operationId }) => operationId)
  expect(named).toEqual([...routes(checkedLimits()).map(({ name }) => name), 'openapi'])
  expect(new Set(named).size).toBe(named.length)
})

test.each(operations)('$method $path is whole', ({ path, method, ...operation }) => {
  expect(operation.summary).toEqual(expect.any(String))
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const told = operation.parameters.filter((parameter) => parameter.in === 'path')
  expect(told.map(({ name }) => name).toSorted()).toEqual(inPath.toSorted())
  expect(told.every(({ required }) => required)).toBe(true)
  for (const parameter of operation.parameters) {
    expect(['path', 'query']).toContain(parameter.in)
    expect(parameter.schema.type, parameter.name).toMatch(/^(string|integer|array)$/)
    if (parameter.schema.type === 'array') expect(parameter.explode).toBe(false)
  }
  expect(operation.requestBody !== undefined).toBe(method !== 'get')
  const isEmpty = method === 'put' || method === 'delete'
  expect(Object.keys(operation.responses)).toEqual([isEmpty ? '204' : '200', 'default'])
  for (const [status, { description, content }] of Object.entries(operation.responses)) {
    expect(description).toEqual(expect.any(String))
    expect(content === undefined).toBe(status === '204')
    expect(Object.values(content ?? {}).every(({ schema }) => typeof schema === 'object')).toBe(
      true,
    )
  }
})

test('refers to nothing that it does not have', () => {
  const referred = new Set<string>()
  for (const { $ref } of within(document)) if (typeof $ref === 'string') referred.add($ref)
  const names = Object.keys(document.components.schemas).map(
    (name) => `#/components/schemas/${name}`,
  )
  expect(names).toEqual(expect.arrayContaining([...referred]))
  expect(referred.size).toBeGreaterThan(8)
})

test('tells the types of what is no JSON', () => {
  const typesOf = (path: string) =>
    Object.keys(document.paths[path]?.get?.responses[200]?.content ?? {})
  expect(typesOf('/')).toEqual(['text/html'])
  expect(typesOf('/ui/{file}')).toEqual(['text/javascript', 'text/css'])
  expect(typesOf('/stream')).toEqual(['text/event-stream'])
})

test('describes the values of states', () => {
  const entry = document.components.schemas.Entry as { properties: Json; required: string[] }
  expect(entry.required).toContain('before')
  expect(JSON.stringify(entry.properties.after)).toContain('base64')
  expect(JSON.stringify(document)).not.toMatch(/"\$(schema|id)"/)
})
