import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/**
 * Collects garbage now. libSQL opens a file for each transaction and closes it when it is collected;
 * tens of thousands of transactions would run out of files.
 */
export async function collectGarbage(): Promise<void> {
  // What a native object holds is given back in a later turn of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await setImmediate()
  }
}
