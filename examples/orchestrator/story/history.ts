/**
 * Some weeks of work before the example was started, told by the clock of the story: busy by day, quiet at
 * night and at weekends, and with one bad afternoon.
 */
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../../src/index.ts'
import type { Database } from '../database.ts'
import { execute as executeAction } from '../executor.ts'
import { type Logging, openLogging } from '../logging.ts'
import {
  type Act,
  configure,
  deploy,
  deployLegacy,
  maintain,
  restart,
  type Scene,
  scale,
  signIn,
} from './acts.ts'
import { between, type Chance, chanceFrom, weighted } from './chance.ts'
import type { Clock } from './clock.ts'
import { administer, backUp, improveTemplate, preview } from './nightly.ts'

const day = 86_400_000
const hour = 3_600_000

/** Before now, so many days ago. */
const badDay = 4

interface Told {
  /** Milliseconds since the stage's `midnight`. */
  readonly at: number
  readonly act: Act
}

const acts = { deploy, scale, configure, restart, signIn, administer, improveTemplate }
const weights = {
  deploy: 30,
  scale: 34,
  configure: 16,
  restart: 8,
  signIn: 20,
  administer: 2,
  improveTemplate: 1,
}
const incidentWeights = { scale: 20, restart: 40, configure: 10, deploy: 6 }

/** Tells what happened from the clock's time until now. */
export async function tellHistory(
  prisma: Database,
  { clock, tenant }: { readonly clock: Clock; readonly tenant: string },
): Promise<void> {
  const chance = chanceFrom(1815)
  const until = Date.now() - 3 * hour
  // Lines wait until the transaction of their day is over: SQLite has one writer.
  const logging = openLogging(prisma, { batch: 5_000, interval: 3_600_000, limit: 50_000 })
  const first = Math.floor(clock.now().getTime() / day)
  const last = Math.floor(until / day)
  for (let date = first; date <= last; date++) {
    const midnight = date * day
    const told = tellDay(chance, midnight, last - date).filter(({ at }) => {
      return midnight + at > clock.now().getTime() && midnight + at < until
    })
    await prisma.$transaction(
      (client) => play(client, told, { chance, clock, logging, tenant, midnight }),
      {
        timeout: 120_000,
      },
    )
    await logging.log.flush()
  }
  const recent = { chance, clock, logging, tenant, midnight: until }
  await prisma.$transaction((client) => play(client, tellRecent(chance), recent), {
    timeout: 120_000,
  })
  await logging.log.close()
}

interface Stage {
  readonly chance: Chance
  readonly clock: Clock
  readonly logging: Logging
  readonly tenant: string
  /** From when on times are told: the beginning of the day, UTC. */
  readonly midnight: number
}

async function play(
  client: Scene['client'],
  told: readonly Told[],
  { chance, clock, logging, tenant, midnight }: Stage,
): Promise<void> {
  const { now } = clock
  const { logger } = logging
  const pause = async () => clock.advance(between(chance, 400, 9_000))
  const execute: Scene['execute'] = (id, action) =>
    executeAction(id, action, { client, logger, pause, now })
  const scene = { client, chance, logger, now, pause, execute }
  for (const { at, act } of told) {
    clock.set(new Date(midnight + at))
    await withAudit({ tenant }, () => act(scene))
  }
}

function tellDay(chance: Chance, midnight: number, daysAgo: number): Told[] {
  const weekday = new Date(midnight).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  const told: Told[] = []
  const add = (act: Act, from: number, to: number) =>
    told.push({ at: from * hour + chance() * (to - from) * hour, act })

  const times = isWeekend ? between(chance, 4, 8) : between(chance, 24, 36)
  for (let i = 0; i < times; i++) add(acts[weighted(chance, weights)], ...hours(chance))
  if (!isWeekend) {
    const { open, close } = preview(between(chance, 0, 9) + daysAgo * 10 + 1000)
    add(open, 8, 11)
    add(close, 14, 18)
  }
  if (weekday % 2 === 1) add(deployLegacy, 5, 6)
  if (weekday === 3 && daysAgo % 2 === 0) add(maintain, 21, 22)
  if (daysAgo === badDay) {
    const tags = { incident: 'INC-12' }
    for (let i = 0; i < 22; i++) {
      const act = acts[weighted(chance, incidentWeights)]
      add((scene) => withAudit({ tags }, () => act(scene)), 13, 15)
    }
  }
  add(backUp, 2, 2.2)
  return told.toSorted((a, b) => a.at - b.at)
}

/** The last hours, whatever the time of day: what is seen first has some of everything. */
function tellRecent(chance: Chance): Told[] {
  const told = [restart, configure, deploy, scale, administer, signIn, configure, scale, deploy]
  const step = (3 * hour - 5 * 60_000) / told.length
  return told.map((act, i) => ({ at: (i + chance()) * step, act }))
}

/** Mostly while people work. */
function hours(chance: Chance): readonly [number, number] {
  const isAtWork = chance() < 0.8
  return isAtWork ? [7, 17] : [0, 24]
}
