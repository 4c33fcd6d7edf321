import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowElements } from '../../src/ui/table/rows.ts'

const idsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => `entry ${first + i}`)

test('a row that comes into sight takes the element of one that has left it', () => {
  const elements = new RowElements()
  const before = elements.numbersOf(idsFrom(0, 5))
  expect([...before.values()]).toEqual([0, 1, 2, 3, 4])
  // The last of those that left is the first of those that come: the elements in between stay where they are.
  expect([...elements.numbersOf(idsFrom(2, 5)).values()]).toEqual([2, 3, 4, 1, 0])
  expect([...elements.numbersOf(idsFrom(0, 5)).values()]).toEqual([0, 1, 2, 3, 4])
})

test('no two rows have one element, none changes it while in sight, and what was there is used again', () => {
  const sight = fc.record({ first: fc.nat(60), count: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(sight), (sights) => {
      const elements = new RowElements()
      let before: ReadonlyMap<string, number> = new Map()
      for (const { first, count } of sights) {
        const ids = idsFrom(first, count)
        const numbers = elements.numbersOf(ids)
        expect([...numbers.keys()]).toEqual(ids)
        expect(new Set(numbers.values()).size).toBe(count)
        const kept = ids.filter((id) => before.has(id))
        expect(kept.map((id) => numbers.get(id))).toEqual(kept.map((id) => before.get(id)))
        const reused = [...numbers.values()].filter((number) =>
          [...before.values()].includes(number),
        )
        expect(reused.length).toBe(Math.min(count, before.size))
        before = numbers
      }
    }),
  )
})
