import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

const tsx = createRequire(import.meta.url).resolve('tsx/cli')

export interface Application {
  readonly url: string
  /** All that it printed until it was ready. */
  readonly printed: string
  /** Ends it as an operator does, if it still runs, and answers its exit code. */
  readonly stop: () => Promise<number | null>
}

/** Without what the orchestrator does by itself, so that a test knows all that happens. */
const still = { DEMO_WEEKS: '0', DEMO_LIVE: 'off', DEMO_STEP_DELAY: '0' }

/** Starts an example as its user does, and waits until it prints where it listens. */
export async function startApplication(
  main: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Application> {
  const child = spawn(process.execPath, [tsx, main], {
    env: { ...process.env, PORT: '0', ...still, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const errors = text(child.stderr)
  const printed = await untilReady(child)
  const url = /http:\/\/[\w.:]+/.exec(printed)?.[0]
  if (!url) throw new Error(`The example did not start: ${printed}${await errors}`)
  return {
    url,
    printed,
    stop: async () => {
      // tsx passes it on to the process that runs the example.
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}

function untilReady({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let printed = ''
    stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
      if (printed.includes('Press Ctrl+C')) resolve(printed)
    })
    stdout?.once('close', () => resolve(printed))
  })
}
