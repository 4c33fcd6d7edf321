import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Connection, openConnection } from '../database/connection.ts'

/** Another program than the application: who it is to the database. */
export interface OtherProgram {
  readonly user?: string
  readonly applicationName?: string
}

/** The address of a database for another program. */
export function urlFor(address: string, { user, applicationName }: OtherProgram): string {
  const url = new URL(address)
  if (user !== undefined) url.username = user
  if (applicationName !== undefined) url.searchParams.set('application_name', applicationName)
  return url.href
}

/** What another program does on a connection of its own. */
export async function connected<T>(
  address: string,
  program: OtherProgram,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection('postgresql', urlFor(address, program))
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/** Runs a script in `psql`. */
export async function psql(address: string, program: OtherProgram, script: string): Promise<void> {
  const url = urlFor(address, program)
  const child = spawn('psql', ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', url], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const output: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stdin.end(script)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`psql ended with ${code}: ${output.join('')}`)
}
