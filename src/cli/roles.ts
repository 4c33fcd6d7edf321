/** The argument of a command for roles. */
export const roleArgument = {
  type: 'string',
  description: 'Roles of the application',
  valueHint: 'a,b',
} as const

/** The names in what was given for {@link roleArgument}. */
export function rolesOf(given: string | undefined): string[] {
  const names = (given ?? '').split(',').map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}
