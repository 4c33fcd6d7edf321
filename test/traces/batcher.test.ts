import { spawnSync } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Batcher, type BatcherOptions } from '../../src/batcher.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const sizes = { batch: 3, highWaterMark: 4, limit: 6, interval: 100 }

/** A batcher that writes into a list, where `failing` tells how often a write fails. */
function gathering(options: Partial<BatcherOptions<number>> = {}) {
  const batches: (readonly number[])[] = []
  const state = { failing: 0, batches, held: undefined as Promise<void> | undefined }
  const write = async (items: readonly number[]) => {
    await state.held
    if (state.failing-- > 0) throw new Error('refused')
    batches.push(items)
  }
  return { state, batcher: new Batcher<number>({ ...sizes, write, ...options }) }
}

test('Writes full batches at once, and others when their time has come', async () => {
  const { batcher, state } = gathering()
  for (const i of [1, 2, 3]) batcher.add(i)
  batcher.add(4)
  await vi.advanceTimersByTimeAsync(0)
  expect(state.batches).toEqual([[1, 2, 3]])
  await vi.advanceTimersByTimeAsync(100)
  expect(state.batches).toEqual([[1, 2, 3], [4]])
  expect(batcher.stats).toEqual({ written: 4, pending: 0, lost: 0 })
})

test('Asks to wait above the mark, loses what is above the limit, and tells of it in one go', async () => {
  const onLost = vi.fn()
  const { batcher, state } = gathering({ onLost })
  let release = () => {}
  state.held = new Promise((resolve) => {
    release = resolve
  })
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((i) => batcher.add(i))).toEqual([
    ...[true, true, true],
    ...[false, false, false, false, false],
  ])
  expect(batcher.stats).toEqual({ written: 0, pending: 6, lost: 2 })
  let isDrained = false
  const drained = batcher.drained().then(() => {
    isDrained = true
  })
  await setImmediate()
  expect(isDrained).toBe(false)
  release()
  await drained
  await batcher.flush()
  expect(state.batches.flat()).toEqual([1, 2, 3, 4, 5, 6])
  expect(onLost.mock.calls).toEqual([
    [2, expect.objectContaining({ message: expect.stringContaining('6') })],
  ])
})

test('Tries again before it gives up, in order', async () => {
  const onLost = vi.fn()
  const { batcher, state } = gathering({ onLost })
  state.failing = 4
  for (const i of [1, 2, 3, 4]) batcher.add(i)
  const flushed = batcher.flush()
  await vi.advanceTimersByTimeAsync(10_000)
  await flushed
  expect(state.batches).toEqual([[1, 2, 3], [4]])
  state.failing = 5
  for (const i of [5, 6, 7]) batcher.add(i)
  const again = batcher.flush()
  await vi.advanceTimersByTimeAsync(10_000)
  await again
  expect(batcher.stats).toEqual({ written: 4, pending: 0, lost: 3 })
  expect(onLost.mock.calls).toEqual([[3, expect.objectContaining({ message: 'refused' })]])
})

test('Is not stopped by whom it tells', async () => {
  const { batcher, state } = gathering({
    onLost: () => {
      throw new Error('not interested')
    },
  })
  state.failing = 5
  batcher.add(1)
  const flushed = batcher.flush()
  await vi.advanceTimersByTimeAsync(10_000)
  await flushed
  batcher.add(2)
  await batcher.flush()
  expect(batcher.stats).toEqual({ written: 1, pending: 0, lost: 1 })
})

test('Takes nothing more once it is closed', async () => {
  const { batcher, state } = gathering()
  batcher.add(1)
  await batcher.close()
  expect(batcher.add(2)).toBe(false)
  expect(state.batches).toEqual([[1]])
  expect(batcher.stats).toEqual({ written: 1, pending: 0, lost: 1 })
})

test('Accounts for every item, in order, however it is flushed', async () => {
  vi.useRealTimers()
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant('add' as const) },
    fc.constantFrom('flush' as const, 'turn' as const),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { batcher, state } = gathering({ interval: 1 })
      let added = 0
      for (const each of steps) {
        if (each === 'add') batcher.add(++added)
        else if (each === 'flush') await batcher.flush()
        else await setImmediate()
      }
      await batcher.flush()
      const { written, pending, lost } = batcher.stats
      expect(pending).toBe(0)
      expect(written + lost).toBe(added)
      const flat = state.batches.flat()
      expect(flat).toHaveLength(written)
      expect(flat).toEqual(flat.toSorted((a, b) => a - b))
    }),
  )
})

test('Writes what waits when the process has nothing else to do', () => {
  const script = `const { Batcher } = await import('./src/batcher.ts')
    const write = async (items) => console.log('wrote', items.join())
    const batcher = new Batcher({ write, batch: 10, highWaterMark: 10, limit: 10, interval: 60_000 })
    batcher.add(1)
    batcher.add(2)`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: 'wrote 1,2\n', status: 0 })
})
