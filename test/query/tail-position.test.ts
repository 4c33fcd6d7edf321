import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestText, mostGaps, TailPosition } from '../../src/query/tail-position.ts'

const now = 1_763_768_400_000
const minutes = 60_000

function taking(...seqs: readonly number[]): TailPosition {
  const position = TailPosition.start()
  for (const seq of seqs) position.take(BigInt(seq), now)
  return position
}

/** The values up to the highest that were not taken. */
function missing(position: TailPosition): number[] {
  return position.gaps.flatMap(({ from, to }) =>
    Array.from({ length: Number(to - from) + 1 }, (_, i) => Number(from) + i),
  )
}

test('Remembers what is missing below the highest, until it comes', () => {
  const position = taking(1, 2, 5, 9)
  expect(position.highest).toBe(9n)
  expect(missing(position)).toEqual([3, 4, 6, 7, 8])
  for (const seq of [7n, 3n, 7n, 1n]) position.take(seq, now)
  expect(missing(position)).toEqual([4, 6, 8])
})

test('Is a short text', () => {
  expect(String(taking())).toBe('0')
  expect(String(taking(1, 2, 3))).toBe('3')
  const position = taking(1, 2, 5)
  position.take(9n, now + 3_000)
  expect(String(position)).toBe('9~1763768403:1-2~3:2-1')
})

test('Gives up what was missing for too long, also where that was seen by another tail', () => {
  const position = taking(2)
  position.take(4n, now + 5 * minutes)
  position.giveUp(now + 9 * minutes, 10 * minutes)
  expect(missing(position)).toEqual([1, 3])
  const resumed = TailPosition.parse(String(position), now + 11 * minutes)
  resumed.giveUp(now + 11 * minutes, 10 * minutes)
  expect(missing(resumed)).toEqual([3])
  resumed.giveUp(now + 16 * minutes, 10 * minutes)
  expect(missing(resumed)).toEqual([])
})

test('Counts times that lie ahead from now on', () => {
  const position = TailPosition.parse('5~1863768400:1', now)
  position.giveUp(now + 11 * minutes, 10 * minutes)
  expect(missing(position)).toEqual([])
})

test('Gives up the oldest of too many', () => {
  const position = TailPosition.start()
  for (let seq = 2n; seq <= BigInt(2 * mostGaps); seq += 2n) position.take(seq, now)
  expect(position.gaps).toHaveLength(mostGaps)
  position.take(BigInt(2 * mostGaps + 2), now)
  expect(position.gaps).toHaveLength(mostGaps)
  expect(position.gaps[0]).toMatchObject({ from: 3n, to: 3n })
  expect(String(position).length).toBeLessThan(3 * mostGaps)
})

test('Is short where a server hands out every third value only', () => {
  const position = TailPosition.start()
  for (let i = 1; i <= 2 * mostGaps; i++) position.take(BigInt(3 * i), now + i * 100)
  expect(position.gaps).toHaveLength(mostGaps)
  expect(String(position).length).toBeLessThan(longestText)
  expect(TailPosition.parse(String(position), now + 1_000_000).gaps).toEqual(position.gaps)
  expect(String(taking(3, 6, 9, 12, 14, 16))).toBe('16~1763768400:1,2,2-1*4')
})

test('Fits into a header whatever was missing: of more, its text has the newest', () => {
  const position = TailPosition.start()
  for (let i = 1; i <= mostGaps; i++) position.take(BigInt(i * i + i), now)
  const text = String(position)
  expect(text.length).toBeLessThanOrEqual(longestText)
  const { gaps, highest } = TailPosition.parse(text, now)
  expect(highest).toBe(position.highest)
  expect(gaps.length).toBeGreaterThan(500)
  expect(gaps).toEqual(position.gaps.slice(-gaps.length))
  expect(position.gaps).toHaveLength(mostGaps)
})

test('Reads texts in which nothing is told by how often it comes', () => {
  const old = TailPosition.parse('16~1763768400:1,2,2-1,2-1,2-1,2-1', now)
  expect(old.gaps).toEqual(taking(3, 6, 9, 12, 14, 16).gaps)
  const long = `${3 * mostGaps + 1}~1763768400:${Array(mostGaps).fill('2-1').join(',')}`
  expect(TailPosition.parse(long, now).gaps).toHaveLength(mostGaps)
})

test('Is what it was after any values in any order, read back at any time', () => {
  const looks = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), {
    maxLength: 10,
  })
  fc.assert(
    fc.property(looks, fc.infiniteStream(fc.boolean()), (given, reconnects) => {
      const taken = new Set<number>()
      let position = TailPosition.start()
      for (const [i, seqs] of given.entries()) {
        for (const seq of seqs.toSorted((a, b) => a - b)) {
          position.take(BigInt(seq), now + i * 7_000)
          taken.add(seq)
        }
        const again = TailPosition.parse(String(position), now + i * 7_000)
        expect(again.gaps).toEqual(position.gaps)
        expect(again.highest).toBe(position.highest)
        if (reconnects.next().value) position = again
      }
      const highest = Math.max(0, ...taken)
      const absent = Array.from({ length: highest }, (_, i) => i + 1).filter((i) => !taken.has(i))
      expect(Number(position.highest)).toBe(highest)
      expect(missing(position)).toEqual(absent)
    }),
  )
})

test.each([
  '',
  'x',
  '-1',
  '1.5',
  '9~',
  '9~1',
  '9~1:',
  '9~1:0',
  '9~1:1:1',
  '9~1:1-1-1',
  '9~1:9',
  '9~1:1-8',
  '9~1:5,4',
  '9~1:1*',
  '9~1:1*0',
  '9~1:1*9',
  '9~1:1*1*1',
  '9~1:1*1-1',
  '99999~1:1*5001',
  '9~1:1*9999999999999999999',
  '9~:1',
  '9 ',
  '99999999999999999999',
  `9~1:${'1,'.repeat(200_000)}`,
])('Refuses %.20s', (text) => {
  expect(() => TailPosition.parse(text, now)).toThrow(
    expect.objectContaining({ code: 'QUERY_INVALID', message: expect.stringContaining('`after`') }),
  )
})
