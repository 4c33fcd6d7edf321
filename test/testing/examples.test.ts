import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../examples/integrations/testing/', import.meta.url))

/** Runs Node.js in the folder of the examples. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('The examples of tests', () => {
  test('run with vitest', () => {
    // Not by the command line, which would find the configuration of this run.
    const script = `
      import { startVitest } from 'vitest/node'
      const vitest = await startVitest('test', [], { config: false, watch: false, reporters: 'json' })
      await vitest.close()
    `
    const result = run('--input-type=module', '-e', script)
    expect(result).toMatchObject({ status: 0 })
    expect(JSON.parse(result.stdout)).toMatchObject({ numPassedTests: 3, numTotalTests: 3 })
  })

  test('run with node:test', () => {
    const args = ['--import', 'tsx', '--test', '--test-reporter=tap', 'notes.node-test.ts']
    const result = run(...args)
    expect(result).toMatchObject({ status: 0 })
    expect(result.stdout).toMatch(/^# pass 7$/m)
    expect(result.stdout).toMatch(/^# fail 0$/m)
  })
})
