import { userInfo } from 'node:os'
import { defineCommand } from 'citty'
import { withAudit } from '../context.ts'
import { type AuditError, invalidOption } from '../errors.ts'
import type { AuditEntry } from '../query/entries.ts'
import type { Revert, RevertOptions } from '../revert/revert.ts'
import type { RevertTarget } from '../revert/target.ts'
import { readArguments } from './arguments.ts'
import { type AuditAnswers, asking, configArgument } from './client.ts'
import { conflictsJson, conflictsText, revertJson, revertText } from './revert-text.ts'
import { printableJson, standardTerminal } from './terminal.ts'

/** The `revert` command. */
export const revertCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit revert',
    description:
      'Take back what an entry or a trace changed. Exit code: 0 done, 1 failed or refused, 2 wrongly called',
  },
  args: {
    id: {
      type: 'positional',
      required: false,
      description: 'Id of the entry, or of the run or trace',
    },
    trace: { type: 'boolean', description: 'All that the trace of this entry changed' },
    'dry-run': { type: 'boolean', description: 'Tell what would be done, and change nothing' },
    yes: { type: 'boolean', description: 'Do it' },
    'on-conflict': {
      type: 'string',
      description: 'Later changes: refuse, revert (overwrite them) or keep (revert the rest)',
      valueHint: 'way',
    },
    reason: { type: 'string', description: 'Why: kept in the trail', valueHint: 'text' },
    actor: {
      type: 'string',
      description: 'Id of who does it (the user of this computer)',
      valueHint: 'id',
    },
    ...configArgument,
    json: { type: 'boolean', description: 'Tell what was or would be done as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const id = given.word('id')
    const isDry = given.flag('dry-run')
    if (isDry === given.flag('yes')) {
      invalidOption('Give `--dry-run` to see what would be done, or `--yes` to do it.')
    }
    const onConflict = wayOf(given.text('on-conflict'))
    const options = { dryRun: isDry, onConflict, reason: given.text('reason') }
    const actor = { id: given.text('actor') ?? userName(), type: 'user' } as const
    const isJson = given.flag('json')
    return asking(given.text('config'), async (audit) => {
      const entry = await audit.entry(id)
      const target = targetOf(id, entry, given.flag('trace'))
      // What a tenant's data went through is to be seen by that tenant.
      const context = { actor, tenant: entry?.tenantId }
      const done = await attempt(() => withAudit(context, () => audit.revert(target, options)))
      const { width } = standardTerminal()
      if ('error' in done) {
        if (isJson) console.log(printableJson(conflictsJson(done.error)))
        console.error(conflictsText(done.error, width))
        return 1
      }
      console.log(isJson ? printableJson(revertJson(done)) : revertText(done, width))
      if (isDry && !isJson && entry && 'id' in target && (await hasOthers(audit, entry))) {
        console.error('The trace of this entry has others: --trace reverts all of it.')
      }
      const isRefused = isDry && (onConflict ?? 'refuse') === 'refuse' && done.conflicts.length > 0
      return isRefused ? 1 : 0
    })
  },
})

const ways: readonly string[] = ['refuse', 'revert', 'keep']

function wayOf(given: string | undefined): RevertOptions['onConflict'] {
  if (given !== undefined && !ways.includes(given)) {
    invalidOption(`\`--on-conflict\` is \`${given}\`, but it has to be one of ${ways.join(', ')}.`)
  }
  return given as RevertOptions['onConflict']
}

/** There may be no user of this number in the system's list, as in a container. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** A run changed nothing by itself: what is meant is all that was done in it. */
function targetOf(id: string, entry: AuditEntry | null, isTrace: boolean): RevertTarget {
  const isChange = entry !== null && entry.source !== 'api' && entry.action !== 'read'
  return isChange && !isTrace ? { id } : { traceId: entry?.traceId ?? id }
}

async function hasOthers(audit: AuditAnswers, { traceId }: AuditEntry): Promise<boolean> {
  const { entries } = await audit.trace(traceId, { take: 2 })
  return entries.length > 1
}

async function attempt(
  revert: () => Promise<Revert>,
): Promise<Revert | { readonly error: AuditError }> {
  try {
    return await revert()
  } catch (error) {
    if ((error as Partial<AuditError>).code !== 'REVERT_CONFLICT') throw error
    return { error: error as AuditError }
  }
}
