import {
  type Diagnosis,
  diagnose,
  diagnoseAuditTable,
  findTriggers,
} from '../database/diagnosis.ts'
import type { EngineSettings } from '../database/sql/names.ts'
import { diagnoseTags } from '../database/tag-diagnosis.ts'
import { databaseSettings, type Engine } from '../engine-options.ts'
import type { Settings } from '../options.ts'
import { type Connection, connected } from './connect.ts'
import { type ClientTables, clientFindings, type Findings, findingsOf } from './findings.ts'
import { type NotAudited, notAuditedOf } from './not-audited.ts'
import { engineSettings, type Project, type ProjectOptions, readProject } from './project.ts'

/** What is to be examined. */
export interface ExamineOptions extends ProjectOptions {
  /** Roles of the application. @default the connected one */
  readonly roles?: readonly string[] | undefined
  /** @default the variable `DATABASE_URL` */
  readonly url?: string | undefined
}

/** What was found. */
export type Examination = EngineResult | ClientResult

interface CommonResult extends Findings {
  /** No problem was found. */
  readonly ok: boolean
  /** The file with the options; `null` where there is none. */
  readonly config: string | null
  /** `host:port/database`; `null` where it could not be looked at. */
  readonly place: string | null
  readonly notAudited: readonly NotAudited[]
}

/** Where triggers record. */
export interface EngineResult extends CommonResult, Diagnosis {
  readonly engine: 'database'
}

/** Where the extension records. */
export interface ClientResult extends CommonResult, ClientTables {
  readonly engine: 'client'
}

/**
 * Compares the user's schema and options with what is in the database, which is only read.
 *
 * @throws {AuditError} `OPTION_INVALID` and what `audit()` throws; `SCHEMA_INVALID`; `DATABASE_UNREACHABLE`.
 */
export async function examine(options: ExamineOptions = {}): Promise<Examination> {
  const project = await readProject(options)
  const { config, provider } = project
  const given = config.options.engine ?? (config.file === null ? undefined : 'client')
  if (provider !== 'postgresql' && given !== 'database') {
    // What else can be known without a connection: that the schema has a complete audit model.
    const unseen = { place: null, auditTable: null, tagTable: null, triggered: [] }
    return clientResult(project, project.settings('client'), unseen)
  }
  if (given === 'database') engineSettings(project)
  return connected(options.url, async (connection) => {
    const engine = given ?? (await installedEngine(connection, project))
    if (engine === 'client') return examineClient(connection, project)
    const settings = engineSettings(project)
    const diagnosis = await diagnose(connection.query, settings, options.roles)
    const findings = findingsOf(diagnosis, settings)
    return {
      ok: findings.problems.length === 0,
      engine: 'database',
      config: config.file,
      place: connection.place,
      ...findings,
      notAudited: notAuditedOf(settings, config.options),
      ...diagnosis,
    }
  })
}

/** Without options in a file, what is in the database tells which engine there is. */
async function installedEngine(connection: Connection, project: Project): Promise<Engine> {
  const triggers = await findTriggers(connection.query, withDefaults(project.settings('client')))
  return triggers.length > 0 ? 'database' : 'client'
}

async function examineClient(connection: Connection, project: Project): Promise<ClientResult> {
  const settings = project.settings('client')
  const auditTable = await diagnoseAuditTable(connection.query, settings)
  const triggers = await findTriggers(connection.query, withDefaults(settings))
  const triggered = [...new Set(triggers.map(({ schema, table }) => `${schema}.${table}`))]
  const tagTable = await diagnoseTags(connection.query, settings)
  const { place } = connection
  return clientResult(project, settings, { place, auditTable, tagTable, triggered })
}

function clientResult(
  { config }: Project,
  settings: Settings,
  seen: ClientTables & Pick<ClientResult, 'place'>,
): ClientResult {
  const findings = clientFindings(seen, settings)
  const ok = findings.problems.length === 0
  const notAudited = notAuditedOf(settings, config.options)
  return { engine: 'client', ok, config: config.file, ...findings, notAudited, ...seen }
}

/** The triggers are called by the name of the engine's schema, of which only the default is known. */
function withDefaults(settings: Settings): EngineSettings {
  const database = databaseSettings({ engine: 'database' }, settings.dialect)
  if (!database) throw new TypeError('The database engine has settings')
  return { ...settings, database }
}
