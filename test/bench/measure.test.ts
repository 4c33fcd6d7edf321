import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interleave, pairedRatios, rotate, summarize } from './measure.ts'

describe('summarize', () => {
  it('interpolates between the values next to a quartile', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 })
    expect(summarize([7])).toEqual({ lower: 7, median: 7, upper: 7 })
  })

  it('depends on the values only, never on their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const summary = summarize(values)
        expect(summarize([...values].reverse())).toEqual(summary)
        expect(summary.lower).toBeLessThanOrEqual(summary.median)
        expect(summary.median).toBeLessThanOrEqual(summary.upper)
      }),
    )
  })
})

it('compares times of the same round', () => {
  const times = { plain: [1, 10, 2], audited: [2, 20, 6] }
  expect(pairedRatios(times, 'audited', 'plain')).toEqual([2, 2, 3])
})

it('lets each variant begin in turn', () => {
  expect([0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round)[0])).toEqual([
    'a',
    'b',
    'c',
    'a',
  ])
})

describe('interleave', () => {
  it('measures each variant once a round, and leaves out the round that warms up', async () => {
    const calls: string[] = []
    const { times } = await interleave(['a', 'b'], 2, async (variant, round) => {
      calls.push(variant + round)
      return round
    })
    expect(calls).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
    expect(times).toEqual({ a: [1, 2], b: [1, 2] })
  })

  it('goes on without a variant that fails', async () => {
    const failure = new Error('too slow')
    const { times, failures } = await interleave(['a', 'b'], 2, async (variant, round) => {
      if (variant === 'b' && round === 1) throw failure
      return 1
    })
    expect(times).toEqual({ a: [1, 1] })
    expect(failures).toEqual(new Map([['b', failure]]))
  })
})
