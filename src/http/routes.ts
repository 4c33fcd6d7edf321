import { z } from 'zod'
import { entryJson } from '../query/entry-json.ts'
import type { Trace } from '../query/trace.ts'
import {
  comparisonJson,
  comparisonSchema,
  countSchema,
  entrySchema,
  facetsSchema,
  fieldHistoryJson,
  fieldHistorySchema,
  pageJson,
  pageSchema,
  pastStateJson,
  pastStateSchema,
  traceJson,
  traceSchema,
} from './answers.ts'
import { eventStream } from './event-stream.ts'
import { exportResponse } from './export.ts'
import type { Limits } from './limits.ts'
import { pageRoutes } from './page-routes.ts'
import { id, parameters, traceId } from './parameters.ts'
import { revertRoute } from './revert-route.ts'
import { type Route, route } from './route.ts'

/** All routes but the one that describes them, in the order in which they are described. */
export function routes(limits: Limits): readonly Route[] {
  const p = parameters(limits)
  const beside = pageRoutes(limits)
  const page = { take: p.take, cursor: p.cursor }
  const order = { order: p.order, direction: p.direction }
  const subject = { entity: p.name, entityId: p.entityId }
  return [
    beside.page,
    beside.asset,
    beside.viewer,
    route({
      name: 'entries',
      method: 'GET',
      path: '/entries',
      summary: 'A page of the entries that match a filter',
      parameters: z.strictObject({ filter: p.filter, ...page, ...order }),
      answers: pageSchema,
      answer: async ({
        audit,
        parameters: { filter = '', order: by, direction, cursor, take },
      }) => {
        const options = { take, cursor, order: { by, direction } }
        return pageJson(await audit.search(filter, options))
      },
      viewed: ({ filter }) => ({ filter }),
    }),
    route({
      name: 'entry',
      method: 'GET',
      path: '/entries/:id',
      summary: 'One entry',
      parameters: z.strictObject({ id }),
      answers: entrySchema,
      answer: async ({ audit, parameters: { id } }) => {
        const entry = await audit.entry(id)
        return entry && entryJson(entry)
      },
      viewed: ({ id }) => ({ entityId: id }),
    }),
    beside.version,
    route({
      name: 'compare',
      method: 'GET',
      path: '/entries/:id/compare/:otherId',
      summary: 'What differs between the states after two entries of one entity',
      parameters: z.strictObject({ id, otherId: id }),
      answers: comparisonSchema,
      answer: async ({ audit, parameters: { id, otherId } }) => {
        const known = await Promise.all([audit.entry(id), audit.entry(otherId)])
        if (known.includes(null)) return null
        return comparisonJson(await audit.compare(id, otherId))
      },
      viewed: ({ id, otherId }) => ({ entityId: id, filter: `id:${otherId}` }),
    }),
    route({
      name: 'trace',
      method: 'GET',
      path: '/traces/:traceId',
      summary: 'One unit of work: its entries and its log lines, oldest first',
      parameters: z.strictObject({ traceId, ...page, logsTake: p.take, logsCursor: p.cursor }),
      answers: traceSchema,
      answer: async ({ audit, parameters: { traceId, logsTake, logsCursor, ...others } }) => {
        const logs = { take: logsTake, cursor: logsCursor }
        const trace = await audit.trace(traceId, { ...others, logs })
        // Who reads on while it lasts asks for what there is not yet.
        const isFurther = others.cursor !== undefined || logsCursor !== undefined
        const isThere =
          !isEmpty(trace) || (isFurther && !isEmpty(await audit.trace(traceId, { take: 1 })))
        return isThere ? traceJson(trace) : null
      },
      viewed: ({ traceId }) => ({ entityId: traceId }),
    }),
    route({
      name: 'activity',
      method: 'GET',
      path: '/entities/:entity/:entityId/activity',
      summary: 'The history of one entity, newest first',
      parameters: z.strictObject({ ...subject, ...page, include: p.include }),
      answers: pageSchema,
      answer: async ({ audit, parameters: { entity, entityId, include = [], ...others } }) => {
        const relations = Object.fromEntries(include.map((name) => [name, true]))
        const options = { ...others, ...(include.length > 0 && { include: relations }) }
        return pageJson(await audit.history({ entity, entityId }, options))
      },
      viewed: ({ entity, entityId }, { entries }) =>
        entries.length > 0 ? { entity, entityId } : null,
    }),
    route({
      name: 'as-of',
      method: 'GET',
      path: '/entities/:entity/:entityId/as-of',
      summary: 'An entity as it was at a time',
      parameters: z.strictObject({ ...subject, at: p.at }),
      answers: pastStateSchema,
      answer: async ({ audit, parameters: { entity, entityId, at } }) =>
        pastStateJson(await audit.asOf({ entity, entityId, at: new Date(at) })),
      viewed: ({ entity, entityId }, { state, entry }) =>
        state || entry ? { entity, entityId } : null,
    }),
    route({
      name: 'field',
      method: 'GET',
      path: '/entities/:entity/:entityId/fields/:field',
      summary: 'Who changed one field, newest first',
      parameters: z.strictObject({ ...subject, field: p.name, ...page }),
      answers: fieldHistorySchema,
      answer: async ({ audit, parameters: { entity, entityId, field, ...others } }) =>
        fieldHistoryJson(await audit.fieldHistory({ entity, entityId, field }, others)),
      viewed: ({ entity, entityId, field }, { entries }) =>
        entries.length > 0 ? { entity, entityId, filter: `field:${field}` } : null,
    }),
    route({
      name: 'facets',
      method: 'GET',
      path: '/facets',
      summary: 'The values that there are to filter by, with their numbers',
      parameters: z.strictObject({
        filter: p.filter,
        keys: p.keys,
        sample: p.sample,
        take: p.values,
      }),
      answers: facetsSchema,
      answer: ({ audit, parameters: { filter = '', ...options } }) => audit.facets(filter, options),
      viewed: ({ filter }) => ({ route: 'entries', filter }),
    }),
    route({
      name: 'count',
      method: 'GET',
      path: '/count',
      summary: 'How many entries match a filter',
      parameters: z.strictObject({ filter: p.filter, limit: p.limit }),
      answers: countSchema,
      answer: ({ audit, parameters: { filter = '', limit } }) => audit.count(filter, { limit }),
      viewed: ({ filter }) => ({ route: 'entries', filter }),
    }),
    beside.histogram,
    beside.views,
    beside.saveView,
    beside.removeView,
    route({
      name: 'export',
      method: 'GET',
      path: '/export',
      summary: 'All entries that match a filter, as a file',
      parameters: z.strictObject({ filter: p.filter, format: p.format, ...order }),
      answers: ['text/csv', 'application/x-ndjson'],
      answer: exportResponse,
    }),
    route({
      name: 'stream',
      method: 'GET',
      path: '/stream',
      summary: 'The entries that match a filter as they come in: server-sent events',
      parameters: z.strictObject({ filter: p.filter, lastEventId: p.position }),
      answers: ['text/event-stream'],
      answer: eventStream,
      viewed: ({ filter }) => ({ filter }),
    }),
    revertRoute,
  ]
}

function isEmpty({ entries, logs }: Trace): boolean {
  return entries.length === 0 && logs.lines.length === 0
}
