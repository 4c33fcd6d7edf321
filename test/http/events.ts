import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'

/** The events of a response, until it ends or the loop is broken; then the connection is gone. */
export async function* eventsOf(response: Response): AsyncGenerator<EventSourceMessage, void> {
  if (!response.body) return
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}
