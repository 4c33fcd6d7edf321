/** What the tests say to the orchestrator example, and hear from it. */
export interface Orchestrator {
  /** Makes a request, `send(ada, 'PATCH /users/3', { role: 'viewer' })`. */
  readonly send: (
    authorization: string | undefined,
    route: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** The entries that match, newest first, read page by page; not those of who looked at the trail. */
  readonly trail: (filter?: string) => Promise<Entry[]>
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
  const trail: Orchestrator['trail'] = async (filter = '') => {
    const entries: Entry[] = []
    const asked = encodeURIComponent(`-entity:AuditLog ${filter}`)
    let cursor: string | null = ''
    while (cursor !== null) {
      const { json } = await send(
        ada,
        `GET /audit/entries?take=20&filter=${asked}${cursor && `&cursor=${cursor}`}`,
      )
      entries.push(...json.entries)
      cursor = json.nextCursor
    }
    return entries
  }
  return { send, trail }
}
