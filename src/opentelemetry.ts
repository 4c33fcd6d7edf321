/**
 * The active span of OpenTelemetry, where the application has it.
 *
 * `@opentelemetry/api` keeps what is registered under this symbol, the same for every copy of its
 * first major version, so that libraries find it (its `internal/global-utils`). Reading it there
 * loads nothing where the application does not use OpenTelemetry.
 */
const apiKey = Symbol.for('opentelemetry.js.api.1')
/** `createContextKey` of the API makes its keys by `Symbol.for`, for the same reason. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

/** What of a span we use. */
export interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string }
  setAttribute(name: string, value: string): unknown
}

interface Api {
  readonly context?: { active(): { getValue(key: symbol): unknown } }
}

/** The span that the running code is in, `undefined` without OpenTelemetry. */
export function activeSpan(): Span | undefined {
  const api = (globalThis as { [apiKey]?: Api })[apiKey]
  if (!api?.context) return undefined
  try {
    return api.context.active().getValue(spanKey) as Span | undefined
  } catch {
    return undefined
  }
}

/** The attribute of a span that names the audit trace. */
const traceAttribute = 'audit.trace_id'

/** Makes the audit trace findable from a span. A span must never fail a write. */
export function linkSpan(span: Span | undefined, traceId: string): void {
  try {
    span?.setAttribute(traceAttribute, traceId)
  } catch {
    // A span of a foreign make.
  }
}

/** The ids of a span, as an entry's `request` keeps them; none of a span that is not recorded. */
export function spanIds(span: Span | undefined): { otelTraceId?: string; otelSpanId?: string } {
  try {
    const context = span?.spanContext()
    if (!context || !/[^0]/.test(context.traceId)) return {}
    return { otelTraceId: context.traceId, otelSpanId: context.spanId }
  } catch {
    return {}
  }
}
