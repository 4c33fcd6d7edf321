import type { Provider } from '../database/capabilities.ts'
import type { Statement } from '../database/statements.ts'

/** How a database answers a statement. */
export interface Plan {
  /** The indexes that it reads. */
  readonly indexes: readonly string[]
  /** Tables that it reads from end to end, and sorts of more than a page. */
  readonly problems: readonly string[]
  /** Rows that it looks at; `undefined` where the database does not tell. */
  readonly rows: number | undefined
  /** As the database tells it. */
  readonly text: string
}

type Explain = (sql: string, args: readonly unknown[]) => Promise<Record<string, unknown>[]>

/** Rows of a page, and the one that tells whether there is another. */
const page = 51

/** Has the database tell how it answers a statement, which it does meanwhile. */
export async function explain(
  provider: Provider,
  { sql, args }: Statement,
  run: Explain,
): Promise<Plan> {
  const rows = await run(prefixes[provider] + sql, args)
  switch (provider) {
    case 'postgresql':
      return postgresPlan(Object.values(rows[0] ?? {})[0])
    case 'mysql':
      return mariadbPlan(Object.values(rows[0] ?? {})[0])
    case 'sqlite':
      return sqlitePlan(
        sql,
        rows.map(({ detail }) => String(detail)),
      )
    default:
      throw new TypeError(`No plans of \`${provider satisfies never}\``)
  }
}

const prefixes = {
  postgresql: 'EXPLAIN (ANALYZE, FORMAT JSON) ',
  mysql: 'ANALYZE FORMAT=JSON ',
  sqlite: 'EXPLAIN QUERY PLAN ',
} as const satisfies Record<Provider, string>

interface Node {
  readonly [name: string]: unknown
}

function postgresPlan(answer: unknown): Plan {
  const nodes = nodesOf(parsed(answer)).filter((node) => 'Node Type' in node)
  const number = (node: Node, name: string) => Number(node[name] ?? 0)
  const loops = (node: Node) => number(node, 'Actual Loops')
  const problems = nodes.flatMap((node) => {
    const type = String(node['Node Type'])
    if (type === 'Seq Scan') return [`${type} on ${node['Relation Name']}`]
    const sorted = (node.Plans as Node[] | undefined)?.[0]
    const isSort = type.includes('Sort') && sorted && number(sorted, 'Actual Rows') > page
    return isSort ? [`${type} of ${sorted['Actual Rows']} rows`] : []
  })
  const scans = nodes.filter((node) => 'Relation Name' in node)
  const looked = scans.map(
    (node) => loops(node) * (number(node, 'Actual Rows') + number(node, 'Rows Removed by Filter')),
  )
  return {
    indexes: nodes.flatMap((node) => (node['Index Name'] ? [String(node['Index Name'])] : [])),
    problems,
    rows: looked.reduce((sum, rows) => sum + rows, 0),
    text: JSON.stringify(parsed(answer), null, 1),
  }
}

function mariadbPlan(answer: unknown): Plan {
  const nodes = nodesOf(parsed(answer))
  const tables = nodes.filter((node) => 'table_name' in node)
  const read = (node: Node) => Number(node.r_rows ?? 0) * Number(node.r_loops ?? 0)
  const full = tables
    // The rows of a page, from the end of an index that has them in order, are a scan of it too.
    .filter(
      (node) => node.access_type === 'ALL' || (node.access_type === 'index' && read(node) > page),
    )
    .map((node) => `${node.access_type} of ${node.table_name}`)
  const sorts = nodes
    .filter((node) => 'filesort' in node || 'temporary_table' in node)
    .map((node) => ('filesort' in node ? 'filesort' : 'temporary table'))
  return {
    indexes: tables.flatMap(({ key }) => (key ? [String(key)] : [])),
    problems: [...full, ...sorts],
    rows: tables.reduce((sum, node) => sum + read(node), 0),
    text: JSON.stringify(parsed(answer), null, 1),
  }
}

function sqlitePlan(sql: string, given: readonly string[]): Plan {
  // A table is in the order of its key, so that without a condition it is scanned as far as a page goes.
  const isWhole = !sql.includes(' WHERE ')
  const details = given.map((detail) => {
    return isWhole ? detail.replace(/^SCAN (\w+)$/, 'SCAN $1 USING INTEGER PRIMARY KEY') : detail
  })
  return {
    indexes: details.flatMap((detail) => {
      const [, name] = /USING (?:COVERING )?INDEX (\w+)/.exec(detail) ?? []
      return name ? [name] : detail.includes('INTEGER PRIMARY KEY') ? ['INTEGER PRIMARY KEY'] : []
    }),
    problems: details.filter((detail) => /^SCAN (?!.*(INDEX|KEY))|TEMP B-TREE/.test(detail)),
    rows: undefined,
    text: details.join('\n'),
  }
}

function parsed(answer: unknown): unknown {
  return typeof answer === 'string' ? JSON.parse(answer) : answer
}

/** All objects of a plan, each with what is inside of it after it. */
function nodesOf(plan: unknown): Node[] {
  if (typeof plan !== 'object' || plan === null) return []
  const inner = Object.values(plan).flatMap(nodesOf)
  return Array.isArray(plan) ? inner : [plan as Node, ...inner]
}
