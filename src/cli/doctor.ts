import { defineCommand } from 'citty'
import { readArguments } from './arguments.ts'
import { urlArgument } from './connect.ts'
import { doctorText } from './doctor-text.ts'
import { examine } from './examine.ts'
import { projectArguments } from './project.ts'
import { roleArgument, rolesOf } from './roles.ts'

/** The `doctor` command. */
export const doctorCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit doctor',
    description:
      'Tell what is not recorded, and why. Exit code: 0 all is well, 1 problems, 2 wrongly called',
  },
  args: {
    ...projectArguments,
    role: { ...roleArgument, description: 'Roles of the application (the connected one)' },
    ...urlArgument,
    json: { type: 'boolean', description: 'Print what was found as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const result = await examine({
      schema: given.text('schema'),
      config: given.text('config'),
      roles: rolesOf(given.text('role')),
      url: given.text('url'),
    })
    console.log(given.flag('json') ? JSON.stringify(result, null, 2) : doctorText(result))
    return result.ok ? 0 : 1
  },
})
