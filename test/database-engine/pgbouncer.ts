import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort, unprivileged } from '../database/postgres-server.ts'

export interface Pgbouncer {
  /** Of the database, through the pool. */
  readonly url: string
  /** How many connections to the server all clients share. */
  readonly connections: number
  stop(): Promise<void>
}

/** The program, if it is there; Debian has it where no user looks. */
export function findPgbouncer(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isExecutable)
}

/** Starts one in front of a database, in transaction mode, on a free port. */
export async function startPgbouncer(binary: string, databaseUrl: string): Promise<Pgbouncer> {
  const connections = 3
  const port = await freePort()
  const server = new URL(databaseUrl)
  const name = server.pathname.slice(1)
  const folder = mkdtempSync(join(tmpdir(), 'audit-pgbouncer-'))
  chmodSync(folder, 0o755)
  const file = join(folder, 'pgbouncer.ini')
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: connections,
    max_client_conn: 500,
    // The versions before 1.21 have none, and do not know the setting.
    ...((await hasPreparedStatements(binary)) && { max_prepared_statements: 0 }),
  }
  writeFileSync(
    file,
    [
      '[databases]',
      `${name} = host=${server.hostname} port=${server.port} dbname=${name} user=${server.username}`,
      '[pgbouncer]',
      ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`),
      '',
    ].join('\n'),
  )
  const pooler = spawn(binary, [file], { ...unprivileged(), stdio: ['ignore', 'ignore', 'pipe'] })
  const killWithProcess = () => pooler.kill('SIGKILL')
  process.once('exit', killWithProcess)
  const exited = once(pooler, 'exit')
  await listening(pooler)
  server.port = String(port)
  return {
    url: server.href,
    connections,
    async stop() {
      pooler.kill('SIGTERM')
      await exited
      process.off('exit', killWithProcess)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(pooler: ReturnType<typeof spawn>): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    pooler.stderr?.on('data', (chunk) => {
      output += chunk
      if (output.includes('process up')) resolve()
    })
    pooler.once('error', reject)
    pooler.once('exit', (code) =>
      reject(new Error(`PgBouncer ended with ${code} instead of starting:\n${output}`)),
    )
  })
  pooler.stderr?.removeAllListeners('data').resume()
}

async function hasPreparedStatements(binary: string): Promise<boolean> {
  const asked = spawn(binary, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  for await (const chunk of asked.stdout) output += chunk
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(output) ?? []
  return Number(major) > 1 || Number(minor) >= 21
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
