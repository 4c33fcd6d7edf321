/**
 * Makes a clone ready to run: dependencies installed, Prisma clients generated, the page bundled.
 *
 *   node test/setup/prepare.mjs                        the clients of the tests and the examples
 *   node test/setup/prepare.mjs examples/orchestrator  that example's only: `prisma/schema.prisma`,
 *                                                      whose generator writes to `<folder>/generated`
 *
 * It uses nothing but Node, since it runs before there is a `node_modules`, and does nothing where
 * nothing has changed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAssets } from '../../build/bundle-ui.mjs'
import { schemaText } from './schema-text.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const at = (...path) => join(root, ...path)

export const providers = ['sqlite', 'postgresql', 'mysql']

const testSchemas = {
  main: {
    models: 'test/database/schema.prisma',
    generated: 'test/generated',
    hasExecutionLog: true,
  },
  relations: {
    models: 'test/relations/schema.prisma',
    mode: 'foreignKeys',
    generated: 'test/relations/generated/foreign-keys',
  },
  emulatedRelations: {
    models: 'test/relations/schema.prisma',
    mode: 'emulated',
    generated: 'test/relations/generated/emulated',
  },
}

export const schemaNames = Object.keys(testSchemas)

/** The schema text that a provider's test clients and tables are made of. */
export function testSchema(provider, name = 'main') {
  const { models, mode, hasExecutionLog } = testSchemas[name]
  const parts = [
    models,
    `prisma/audit-log/${provider}.prisma`,
    `prisma/audit-tag/${provider}.prisma`,
    ...(hasExecutionLog ? [`prisma/execution-log/${provider}.prisma`] : []),
  ]
  return schemaText(parts.map((part) => readFileSync(at(part), 'utf8')).join('\n'), provider, mode)
}

/**
 * @typedef {{ schema: string, output: string, text?: string }} Job
 * `schema`: path of a schema file; `output`: the folder that its generators write into;
 * `text`: the schema's content, where the file is not a source but is written by us.
 */

/** @returns {Job[]} */
function testJobs() {
  return Object.entries(testSchemas).flatMap(([name, { generated }]) =>
    providers.map((provider) => {
      const output = at(generated, provider)
      return { schema: join(output, 'schema.prisma'), output, text: testSchema(provider, name) }
    }),
  )
}

/** @returns {Job[]} */
function benchJobs() {
  return ['sqlite', 'postgresql'].map((provider) => {
    const output = at('test/bench/generated', provider)
    const models = readFileSync(at('test/bench/schema.prisma'), 'utf8')
    const auditModel = readFileSync(at(`prisma/audit-log/${provider}.prisma`), 'utf8')
    const renamed = auditModel.replace('model AuditLog ', 'model AuditEntry ')
    const tags = readFileSync(at(`prisma/audit-tag/${provider}.prisma`), 'utf8')
    const text = schemaText(`${models}\n${renamed}\n${tags}`, provider)
    return { schema: join(output, 'schema.prisma'), output, text }
  })
}

/** @returns {Job[]} */
function exampleJobs() {
  return readdirSync(at('examples'))
    .map((name) => exampleJob(at('examples', name)))
    .filter(({ schema }) => existsSync(schema))
}

/** @returns {Job} */
function exampleJob(folder) {
  const base = resolve(folder)
  return { schema: join(base, 'prisma/schema.prisma'), output: join(base, 'generated') }
}

function installDependencies() {
  const lockHash = hash(readFileSync(at('package-lock.json')))
  const stamp = at('node_modules/.prepared')
  if (readIfThere(stamp) === lockHash) return
  // A tree that npm itself made from this lock file is as good as one that we made.
  if (!isInstalled()) {
    console.log('Installing dependencies (npm ci)')
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      shell: process.platform === 'win32',
    })
  }
  writeFileSync(stamp, lockHash)
}

/** Whether `node_modules` holds, for this platform, what the lock file asks for. */
function isInstalled() {
  const installed = readIfThere(at('node_modules/.package-lock.json'))
  if (installed === undefined) return false
  const { packages: wanted } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
  const { packages: present } = JSON.parse(installed)
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && !present[path]),
  )
}

/** @param {Job} job */
function generateClients({ schema, output, text }) {
  const source = text ?? readFileSync(schema, 'utf8')
  const generator = readFileSync(at('node_modules/prisma/package.json'))
  const sourceHash = hash(source, generator)
  const stamp = join(output, '.prepared')
  if (readIfThere(stamp) === sourceHash) return
  console.log(`Generating Prisma clients in ${relative(root, output)}`)
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  if (text !== undefined) writeFileSync(schema, text)
  run(
    process.execPath,
    [at('node_modules/prisma/build/index.js'), 'generate', '--schema', schema],
    {
      env: {
        ...process.env,
        // `generate` has no use for the schema engine, but fetches it where it is not told of one.
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  )
  writeFileSync(stamp, sourceHash)
}

/** Runs a command silently, and shows what it said if it fails. */
function run(command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    ...options,
  })
  if (status === 0) return
  console.error(`${stdout ?? ''}${stderr ?? ''}`)
  throw error ?? new Error(`\`${command} ${args.join(' ')}\` ended with ${status}`)
}

function hash(...parts) {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest('hex')
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  installDependencies()
  const folders = process.argv.slice(2)
  const everything = () => [...testJobs(), ...benchJobs(), ...exampleJobs()]
  for (const job of folders.length > 0 ? folders.map(exampleJob) : everything()) {
    generateClients(job)
  }
  await writeAssets()
}
