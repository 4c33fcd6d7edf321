/** What the tests say to the orchestrator example, and hear from it. */
export interface Orchestrator {
  /** Makes a request, `send(ada, 'PATCH /users/3', { role: 'viewer' })`. */
  readonly send: (
    authorization: string | undefined,
    route: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** The whole trail, newest first, read page by page. */
  readonly trail: (query?: string) => Promise<Entry[]>
}

export interface Answer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is for the assertions to say
  readonly json: any
}

export interface Entry {
  readonly seq: string
  readonly id: string
  readonly traceId: string
  readonly action: string
  readonly entity: string
  readonly entityId: string
  readonly actorId: string
}

export const ada = `Basic ${btoa('ada@example.com:demo-password')}`
export const grace = `Basic ${btoa('grace@example.com:demo-password')}`

export function orchestratorAt(url: string): Orchestrator {
  const send: Orchestrator['send'] = async (authorization, route, body, headers) => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(authorization && { Authorization: authorization }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, text, json: text ? JSON.parse(text) : undefined }
  }
  const trail: Orchestrator['trail'] = async (query = '') => {
    const entries: Entry[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { json } = await send(
        ada,
        `GET /audit?take=20&${query}${cursor && `&cursor=${cursor}`}`,
      )
      entries.push(...json.entries)
      cursor = json.nextCursor
    }
    return entries
  }
  return { send, trail }
}
