import { plainValue } from './plain-value.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls are data here, made for all models alike
export type Client = any

/** One call on a model: what a caller writes, as data. */
export interface Call {
  readonly model: string
  readonly operation: string
  readonly args: Record<string, unknown>
}

/**
 * How some calls are made: each for itself, or together, kept or rolled back at the end.
 *
 * `caught` is an interactive transaction that goes on after a call that fails; `apart` puts each call
 * into an interactive transaction of its own.
 */
export interface Unit {
  readonly mode: 'standalone' | 'apart' | 'interactive' | 'caught' | 'array' | 'savepoint'
  readonly rollback: boolean
  readonly calls: readonly Call[]
}

/** What a caller gets of each unit: the answers, or the error. */
export async function outcomesOf(prisma: Client, units: readonly Unit[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const unit of units) outcomes.push(await unitOutcome(prisma, unit))
  return outcomes
}

async function unitOutcome(prisma: Client, { mode, rollback, calls }: Unit): Promise<unknown> {
  const all = (each: (tx: Client, call: Call) => Promise<unknown>) => async (tx: Client) => {
    const outcomes = []
    for (const call of calls) outcomes.push(await each(tx, call))
    if (rollback) throw new RolledBack(outcomes)
    return outcomes
  }
  const together = all(async (tx, call) => plainValue(await promiseOf(tx, call)))
  try {
    switch (mode) {
      case 'standalone': {
        const outcomes = []
        for (const call of calls) outcomes.push(await outcomeOf(prisma, call))
        return outcomes
      }
      case 'apart': {
        const outcomes = []
        for (const call of calls) {
          const alone = (tx: Client) => promiseOf(tx, call).then(plainValue)
          outcomes.push(await prisma.$transaction(alone).catch(errorOf))
        }
        return outcomes
      }
      case 'interactive':
        return await prisma.$transaction(together)
      case 'caught':
        return await prisma.$transaction(all(outcomeOf))
      case 'array':
        return plainValue(await prisma.$transaction(calls.map((call) => promiseOf(prisma, call))))
      case 'savepoint':
        return await prisma.$transaction(async (tx: Client) => {
          const [first] = calls
          const before = first ? await promiseOf(tx, first) : null
          const inner = await tx.$transaction(together).catch(errorOf)
          return [plainValue(before), inner]
        })
    }
  } catch (error) {
    return errorOf(error)
  }
}

/** Thrown to undo a unit; what its calls answered counts nevertheless. */
class RolledBack extends Error {
  readonly outcomes: readonly unknown[]

  constructor(outcomes: readonly unknown[]) {
    super('rolled back')
    this.outcomes = outcomes
  }
}

export async function outcomeOf(prisma: Client, call: Call): Promise<unknown> {
  try {
    return plainValue(await promiseOf(prisma, call))
  } catch (error) {
    return errorOf(error)
  }
}

function promiseOf(prisma: Client, { model, operation, args }: Call): PromiseLike<unknown> {
  return prisma[model][operation](args)
}

function errorOf(error: unknown): unknown {
  if (error instanceof RolledBack) return { rolledBack: error.outcomes }
  const { name, code, message } = error as Error & { code?: string }
  // The rest of a message names the place of the call.
  return { name, code, message: message.split('\n').at(-1) }
}
