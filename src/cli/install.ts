import { defineCommand } from 'citty'
import { invalidOption } from '../errors.ts'
import { readArguments } from './arguments.ts'
import { urlArgument } from './connect.ts'
import { installReport } from './install-report.ts'
import { install } from './installation.ts'
import { projectArguments } from './project.ts'
import { roleArgument, rolesOf } from './roles.ts'

/** The `install` command. */
export const installCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit install',
    description:
      'Make the triggers of the database engine. Exit code: 0 done, 1 refused, 2 wrongly called',
  },
  args: {
    ...projectArguments,
    migration: {
      type: 'string',
      description: 'Write a migration of this name for Prisma Migrate',
      valueHint: 'name',
    },
    migrations: {
      type: 'string',
      description: 'Folder of the migrations (`migrations` beside the schema)',
      valueHint: 'path',
    },
    apply: { type: 'boolean', description: 'Run it in the database, as the owner of the tables' },
    keys: { type: 'boolean', description: 'Store the keys of the options in the database' },
    role: {
      ...roleArgument,
      description: 'Roles of the application: get what it needs, and no more',
    },
    remove: { type: 'boolean', description: 'Take everything back; the trail stays' },
    ...urlArgument,
    json: { type: 'boolean', description: 'Tell what was done as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const isJson = given.flag('json')
    if (isJson && !given.flag('apply') && !given.flag('keys') && !given.text('migration')) {
      invalidOption(
        '`--json` goes with `--apply`, `--keys` or `--migration`: without them SQL is printed.',
      )
    }
    const result = await install({
      schema: given.text('schema'),
      config: given.text('config'),
      migration: given.text('migration'),
      migrations: given.text('migrations'),
      apply: given.flag('apply'),
      keys: given.flag('keys'),
      roles: rolesOf(given.text('role')),
      remove: given.flag('remove'),
      url: given.text('url'),
    })
    const { output, hint } = installReport(result, isJson)
    console.log(output)
    if (hint !== '') console.error(hint)
  },
})
