import { access, constants, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { defineCommand } from 'citty'
import { AuditError } from '../errors.ts'
import { AUDIT_MODEL, executionLogModel, tagModel } from '../schema/audit-model.ts'
import { type Addition, type AuditModelNames, planAddition } from './add-audit-model.ts'
import { readArguments } from './arguments.ts'
import { readSchemaFiles, type SchemaFile } from './schema-files.ts'
import { writeFileAtomically } from './write-file.ts'

/** What `init` takes. */
export interface InitOptions extends AuditModelNames {
  /** The project's folder. @default the working directory */
  readonly cwd?: string
  /** File or folder of the schema. @default where Prisma looks for it */
  readonly schema?: string | undefined
  /** Add the model of execution logs, too. @default false */
  readonly executionLogs?: boolean | undefined
  /** Only tell what would be added. @default false */
  readonly dryRun?: boolean | undefined
}

/** What `init` did. */
export interface InitResult {
  readonly status: 'added' | 'present' | 'dry-run'
  /** The audit model's name. */
  readonly model: string
  /** The names of the models that were added, or would be. */
  readonly added: readonly string[]
  /** The file with them, relative to the project's folder. */
  readonly file: string
  /** What was added, byte by byte; empty when nothing was. */
  readonly text: string
}

const FOLDER_FILE = 'audit-log.prisma'

/** What Prisma refuses as the name of a model, in so far as it can be told without Prisma. */
const SCALARS = [
  'BigInt',
  'Boolean',
  'Bytes',
  'DateTime',
  'Decimal',
  'Float',
  'Int',
  'Json',
  'String',
]

/**
 * Adds the audit model, that of tags, and that of execution logs where it is asked for, to the user's
 * Prisma schema; a schema that has them is left as it is.
 *
 * @throws AuditError `OPTION_INVALID` for a bad option; `SCHEMA_INVALID` or `AUDIT_MODEL_INVALID`
 *   where the model cannot be added, in which case nothing has been changed.
 */
export async function init(options: InitOptions = {}): Promise<InitResult> {
  const { cwd = process.cwd(), dryRun = false } = options
  checkOptions(options)
  const schema = await readSchemaFiles(cwd, options.schema)
  const plan = planAddition(schema, options)
  const { dbSchema, executionLogs = false } = options
  const plans = [
    plan,
    planAddition(schema, { dbSchema }, tagModel),
    ...(executionLogs ? [planAddition(schema, { dbSchema }, executionLogModel)] : []),
  ].filter(isMissing)
  const { model } = plan
  const [first] = plans
  if (!first) return { status: 'present', model, added: [], file: plan.file.label, text: '' }
  const path = schema.isFolder ? join(dirname(first.file.path), FOLDER_FILE) : first.file.path
  const file = relative(cwd, path)
  const existing = schema.files.find((one) => one.path === path)?.text
  const text = addedText(plans.map((one) => one.text).join('\n'), existing, first.file)
  const added = plans.map((one) => one.model)
  if (dryRun) return { status: 'dry-run', model, added, file, text }
  await append(path, file, text, existing !== undefined)
  return { status: 'added', model, added, file, text }
}

function isMissing(plan: Addition): plan is Addition & { readonly text: string } {
  return plan.text !== null
}

/** The `init` command. */
export const initCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit init',
    description: 'Add the audit models to the Prisma schema',
  },
  args: {
    schema: { type: 'string', description: 'File or folder of the schema', valueHint: 'path' },
    model: { type: 'string', description: `Name of the model (${AUDIT_MODEL})`, valueHint: 'Name' },
    table: { type: 'string', description: 'Name of the table', valueHint: 'name' },
    'db-schema': {
      type: 'string',
      description: 'Database schema of the table (the first of the datasource)',
      valueHint: 'name',
    },
    'execution-logs': { type: 'boolean', description: 'Add the model of execution logs, too' },
    'dry-run': { type: 'boolean', description: 'Only print what would be added' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const result = await init({
      schema: given.text('schema'),
      model: given.text('model'),
      table: given.text('table'),
      dbSchema: given.text('db-schema'),
      executionLogs: given.flag('execution-logs'),
      dryRun: given.flag('dry-run'),
    })
    console.log(report(result))
  },
})

/** What the user reads. */
export function report({ status, model, added, file, text }: InitResult): string {
  if (status === 'dry-run') return `Would add to ${file}:\n${text.replace(/\r\n?/g, '\n')}`
  const option = model === AUDIT_MODEL ? '' : `{ model: '${model}' }`
  const done =
    status === 'added'
      ? `Added the model${added.length > 1 ? 's' : ''} ${inWords(added)} to ${file}.`
      : `The schema has the audit model ${model} already, in ${file}; nothing was changed.`
  return [
    done,
    '',
    'Next:',
    '  1. npx prisma migrate dev --name audit-log',
    "  2. import { audit } from 'prisma-extension-audit'",
    `     const prisma = new PrismaClient({ adapter }).$extends(audit(${option}))`,
  ].join('\n')
}

function inWords(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1')
}

/** The line ends are the file's own, and so is whether the last line has one. */
function addedText(model: string, existing: string | undefined, neighbour: SchemaFile): string {
  const ending = lineEnding(existing || neighbour.text)
  const text = model.replaceAll('\n', ending)
  if (!existing) return text
  if (!existing.endsWith(ending)) return ending + ending + text.slice(0, -ending.length)
  return existing.endsWith(ending + ending) ? text : ending + text
}

function lineEnding(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
}

async function append(path: string, file: string, text: string, isThere: boolean): Promise<void> {
  try {
    // A rename also replaces a file that is write-protected.
    if (isThere) await access(path, constants.W_OK)
    const before = isThere ? await readFile(path) : Buffer.alloc(0)
    await writeFileAtomically(path, Buffer.concat([before, Buffer.from(text)]))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AuditError('SCHEMA_INVALID', `\`${file}\` cannot be written: ${reason}`, { cause })
  }
}

function checkOptions({ schema, model, table, dbSchema }: InitOptions): void {
  for (const [name, value] of Object.entries({ schema, model, table, 'db-schema': dbSchema })) {
    if (value?.trim() === '') {
      throw new AuditError('OPTION_INVALID', `\`--${name}\` is empty. Give it a value.`)
    }
  }
  if (model !== undefined && (!/^[A-Za-z][A-Za-z0-9_]*$/.test(model) || SCALARS.includes(model))) {
    throw new AuditError(
      'OPTION_INVALID',
      `\`${model}\` cannot be the name of a model. Give \`--model\` a letter followed by letters, ` +
        'digits and underscores, and not the name of a Prisma type.',
    )
  }
}
