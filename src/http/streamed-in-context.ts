import { AsyncResource } from 'node:async_hooks'

/**
 * A response whose stream is read in the context of this call. Its framework reads it after the handler has
 * ended, and would run what it reads in no context.
 *
 * Where the stream fails, the framework is told what `errorOf` makes of the error.
 */
export function streamedInContext(
  response: Response,
  errorOf: (error: unknown) => unknown = (error) => error,
): Response {
  if (!response?.body) return response
  const scope = new AsyncResource('AuditedResponse')
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await scope.runInAsyncScope(() => reader.read())
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(errorOf(error))
        }
      },
      cancel: (reason) => scope.runInAsyncScope(() => reader.cancel(reason)),
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  )
  return new Response(body, response)
}
