import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { AuditOptions } from '../../src/options.ts'
import { testSchema } from '../setup/prepare.mjs'

const root = join(import.meta.dirname, '..', '..')

const command = [
  join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
  join(root, 'src', 'cli', 'main.ts'),
]

/** What a command said, and how it ended. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The folder of an application, with the schema of the tests and a file with the options. */
export class TestProject {
  readonly cwd = mkdtempSync(join(tmpdir(), 'audit-cli-'))
  readonly schemaText: string = testSchema('postgresql')

  #configurations = 0

  constructor() {
    this.write('prisma/schema.prisma', this.schemaText)
    this.configure()
  }

  /** What commands take to find the project. */
  get place() {
    const name = this.#configurations > 1 ? `audit.${this.#configurations}.ts` : 'audit.config.ts'
    return { cwd: this.cwd, config: name }
  }

  /** A process runs a file once, so that other options go to another file. */
  configure({ redact, ...options }: AuditOptions = {}): void {
    this.#configurations++
    // The schema of the tests hashes a field.
    const hashKey = 'a secret of the tests'
    const given = { engine: 'database', redact: { hashKey, ...redact }, ...options }
    this.write(this.place.config, `export default ${JSON.stringify(given)}`)
  }

  /** As a project is that has no file with options. */
  unconfigure(): void {
    rmSync(join(this.cwd, this.place.config))
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.cwd, path)), { recursive: true })
    writeFileSync(join(this.cwd, path), text)
  }

  /** Puts what an application imports where Node looks for it. */
  install(): void {
    const name = 'prisma-extension-audit'
    const source = join(root, 'src', 'index.ts')
    this.write(`node_modules/${name}/index.ts`, `export * from ${JSON.stringify(source)}`)
    const manifest = { name, type: 'module', exports: './index.ts' }
    this.write(`node_modules/${name}/package.json`, JSON.stringify(manifest))
    symlinkSync(join(root, 'node_modules', '@prisma'), join(this.cwd, 'node_modules', '@prisma'))
  }

  read(path: string): string {
    return readFileSync(join(this.cwd, path), 'utf8')
  }

  /** Runs the command line in a process of its own. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    // What `install` prints is more than what a buffer takes by default.
    const options = { cwd: this.cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 }
    return promisify(execFile)(process.execPath, [...command, ...args], options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: Outcome) => error,
    )
  }

  /** Runs it for whoever reads what it writes, and ends it with the signal. */
  start(
    args: readonly string[],
    signal: AbortSignal,
  ): ChildProcess & { readonly stdout: Readable } {
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    return spawn(process.execPath, [...command, ...args], {
      cwd: this.cwd,
      signal,
      stdio: [...stdio],
    })
  }

  remove(): void {
    rmSync(this.cwd, { recursive: true })
  }
}
