import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Half of what a process may open where nobody has raised the limit. */
const fewFiles = 500

/**
 * Collects garbage where many files are open. libSQL opens one for each transaction and closes it
 * when it is collected; tens of thousands of transactions would run out of files. Each time takes as
 * long as twenty transactions.
 */
export async function closeForgottenFiles(): Promise<void> {
  if (openFiles() < fewFiles) return
  // What a native object holds is given back in a later turn of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await setImmediate()
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
