/**
 * What the example prints when it is ready.
 */
import { demoPassword } from './seed.ts'

export interface Guide {
  readonly url: string
  readonly database: string
  readonly token: string
  /** Of an execution. */
  readonly traceId: string
  readonly table: string
  readonly shown: number
  readonly total: number
}

export function guide({ url, database, token, traceId, table, shown, total }: Guide): string {
  return `
Orchestrator, an example of prisma-extension-audit

  API       ${url}
  Database  ${database} (new on every start)
  Users     ada@example.com (admin), grace@example.com and alan@example.com (operators),
            all with the password ${demoPassword}

They have worked a little already. The last ${shown} of ${total} entries of the audit trail:

${table}

The pipeline also tried to deploy legacy-cron. That was refused halfway and undone: the trail tells
that it failed, and why.

Look around:

  # The Activity → Audit of one resource
  curl -u ada@example.com:${demoPassword} ${url}/resources/2/activity

  # An execution: who started it, what it changed, and what it logged
  curl -u ada@example.com:${demoPassword} ${url}/traces/${traceId}

  # The whole trail, filtered
  curl -u ada@example.com:${demoPassword} '${url}/audit?entity=User&action=update'

Change something, then look again:

  # As a user
  curl -u grace@example.com:${demoPassword} ${url}/resources/2 -X PATCH \\
    -H 'Content-Type: application/json' -d '{"config": {"region": "eu-west-1", "replicas": 5}}'

  # As a service account
  curl -H 'Authorization: Bearer ${token}' \\
    ${url}/resources/1/executions \\
    -H 'Content-Type: application/json' -d '{"action": "restart"}'

  # As an administrator in the name of a user, with a ticket and a reason
  curl -u ada@example.com:${demoPassword} ${url}/resources/2/executions \\
    -H 'X-On-Behalf-Of: alan@example.com' -H 'X-Ticket: OPS-7' -H 'X-Reason: Memory leak' \\
    -H 'Content-Type: application/json' -d '{"action": "restart"}'

Press Ctrl+C to stop.
`
}
