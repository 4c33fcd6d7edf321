/**
 * What the example prints when it is ready.
 */
import { demoPassword } from './story/cast.ts'

export interface Guide {
  readonly url: string
  readonly database: string
  readonly token: string
  /** Of an execution. */
  readonly traceId: string
  /** When resource 2 was as it was made. */
  readonly past: string
  /** The id of the entry of an update of resource 2. */
  readonly mistake: string
  readonly table: string
  readonly shown: number
  readonly total: number
}

export function guide(told: Guide): string {
  const { url, database, token, traceId, past, mistake, table, shown, total } = told
  return `
Orchestrator, an example of prisma-extension-audit

Open first, and sign in by a click:

  ${url}/app/resources/2    a resource, with the tab of its history: deploy it, and watch
  ${url}/app/audit          the whole trail, on a page of the application
  ${url}/audit/             the same, served by the audit handler alone

  API       ${url}
  Database  ${database} (new on every start)
  Users     ada@example.com (admin), grace@example.com and alan@example.com (operators),
            all with the password ${demoPassword}

They have worked a little already. The last ${shown} of ${total} entries of the audit trail:

${table}

The pipeline also tried to deploy legacy-cron, which failed halfway: the trail tells why, and that the
resource was put back to what it was. Things go on happening, unless DEMO_LIVE is off.

Look around:

  # The Activity → Audit of one resource
  curl -u ada@example.com:${demoPassword} ${url}/resources/2/activity

  # An execution: who started it, what it changed, and what it logged
  curl -u ada@example.com:${demoPassword} ${url}/traces/${traceId}

  # The whole trail, filtered: key:value, -not, a,b for any of, words in quotes, tags of your own
  curl -u ada@example.com:${demoPassword} '${url}/audit/entries?filter=entity:User+action:update'
  curl -u ada@example.com:${demoPassword} '${url}/audit/facets?filter=ticket:OPS-42'

  # A resource as it was when the trail began to know it, and the trail as a file
  curl -u ada@example.com:${demoPassword} '${url}/audit/entities/Resource/2/as-of?at=${past}'
  curl -u ada@example.com:${demoPassword} '${url}/audit/export?format=csv' -o audit.csv

  # What happens, while it does; change something from another terminal
  curl -N -u ada@example.com:${demoPassword} '${url}/audit/stream?filter=-entity:AuditLog'

  # On the command line
  DATABASE_URL=file:${database} \\
    node --import tsx src/cli/main.ts search 'entity:User' --config examples/orchestrator/audit.config.ts

Change something, then look again:

  # As a user
  curl -u grace@example.com:${demoPassword} ${url}/resources/2 -X PATCH \\
    -H 'Content-Type: application/json' -d '{"config": {"region": "eu-west-1", "replicas": 5}}'

  # As a service account
  curl -H 'Authorization: Bearer ${token}' \\
    ${url}/resources/1/executions \\
    -H 'Content-Type: application/json' -d '{"action": "restart"}'

  # Take back what Alan changed, so that checkout has two replicas again; dryRun only tells
  curl -u ada@example.com:${demoPassword} ${url}/audit/reverts \\
    -H 'Content-Type: application/json' -d '{"id": "${mistake}", "dryRun": true}'

  # As an administrator in the name of a user, with a ticket and a reason
  curl -u ada@example.com:${demoPassword} ${url}/resources/2/executions \\
    -H 'X-On-Behalf-Of: alan@example.com' -H 'X-Ticket: OPS-7' -H 'X-Reason: Memory leak' \\
    -H 'Content-Type: application/json' -d '{"action": "restart"}'

Press Ctrl+C to stop.
`
}
