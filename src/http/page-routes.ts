import { z } from 'zod'
import { headersOf } from './headers.ts'
import type { Limits } from './limits.ts'
import { assetResponse, pageResponse } from './page.ts'
import { histogramJson, histogramSchema, versionSchema, viewerSchema } from './page-answers.ts'
import { id, parameters } from './parameters.ts'
import { type Route, route } from './route.ts'
import { savedView, viewName, viewsJson, viewsSchema, withViews } from './saved-views.ts'

/** The page, and what it asks beside the entries. */
export function pageRoutes(limits: Limits) {
  const p = parameters(limits)
  return {
    page: route({
      name: 'page',
      method: 'GET',
      path: '/',
      summary: 'The page with the whole trail',
      parameters: z.strictObject({}),
      isQueryIgnored: true,
      answers: ['text/html'],
      answer: pageResponse,
    }),
    asset: route({
      name: 'asset',
      method: 'GET',
      path: '/ui/:file',
      summary: 'A file that the page, or a page of an application, is made of',
      parameters: z.strictObject({ file: p.name }),
      answers: ['text/javascript', 'text/css'],
      answer: assetResponse,
    }),
    viewer: route({
      name: 'viewer',
      method: 'GET',
      path: '/viewer',
      summary: 'Who looks, and what it may do',
      parameters: z.strictObject({}),
      answers: viewerSchema,
      answer: async ({ service, scope: { viewer, mayExport = false, mayRevert = false } }) => ({
        viewer: viewer
          ? {
              id: viewer.id === undefined || viewer.id === null ? null : String(viewer.id),
              type: viewer.type ?? 'user',
              name: viewer.name ?? null,
            }
          : null,
        mayExport,
        mayRevert,
        savesViews: service.views !== undefined,
      }),
    }),
    version: route({
      name: 'version',
      method: 'GET',
      path: '/entries/:id/version',
      summary: 'Which version of its entity an entry is, and those beside it',
      parameters: z.strictObject({ id }),
      answers: versionSchema,
      answer: ({ audit, parameters: { id } }) => audit.version(id),
      // It is asked for together with the entry.
      viewed: ({ id }) => ({ route: 'entry', entityId: id }),
    }),
    histogram: route({
      name: 'histogram',
      method: 'GET',
      path: '/histogram',
      summary: 'How many entries match a filter over time, by action',
      parameters: z.strictObject({
        filter: p.filter,
        since: p.at,
        until: p.at,
        buckets: p.buckets,
      }),
      answers: histogramSchema,
      answer: async ({ audit, parameters: { filter = '', since, until, buckets } }) => {
        const options = { since: new Date(since), until: new Date(until), buckets }
        return histogramJson(await audit.histogram(filter, options))
      },
      viewed: ({ filter }) => ({ route: 'entries', filter }),
    }),
    views: route({
      name: 'views',
      method: 'GET',
      path: '/views',
      summary: 'What the viewer saved: filters and how they are shown, under names',
      parameters: z.strictObject({}),
      answers: viewsSchema,
      answer: (call) => withViews(call, viewsJson),
    }),
    saveView: route({
      name: 'save-view',
      method: 'PUT',
      path: '/views',
      summary: 'Saves a view, in place of the one with the same name',
      parameters: z.strictObject({}),
      body: savedView,
      answers: [],
      answer: (call) =>
        withViews(call, async (views, caller) => {
          const { name, query } = call.parameters
          await views.save(caller, { name, query })
          return done()
        }),
    }),
    removeView: route({
      name: 'remove-view',
      method: 'DELETE',
      path: '/views',
      summary: 'Removes a view',
      parameters: z.strictObject({}),
      body: viewName,
      answers: [],
      answer: (call) =>
        withViews(call, async (views, caller) => {
          await views.remove(caller, call.parameters.name)
          return done()
        }),
    }),
  } satisfies Readonly<Record<string, Route>>
}

/** There is nothing to tell. */
function done(): Response {
  return new Response(null, { status: 204, headers: headersOf({ 'Cache-Control': 'no-store' }) })
}
