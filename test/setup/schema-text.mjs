/**
 * Makes one provider's schema text of a text for all providers.
 *
 * The markers that it understands are listed at the top of `test/database/schema.prisma`. What they
 * name is a provider, or a mode: who sees to the foreign keys, the database or Prisma (`emulated`).
 * `only` keeps what names the provider or the mode, and `not` keeps what names neither, so that of
 * two lines with the same names and one marker each, exactly one remains.
 *
 * @param {string} text
 * @param {'sqlite' | 'postgresql' | 'mysql'} provider
 * @param {'foreignKeys' | 'emulated'} [mode]
 * @returns {string}
 */
export function schemaText(text, provider, mode = 'foreignKeys') {
  const keeps = ([, kind, names]) =>
    (kind === 'only') === names.split(/\s*,\s*/).some((name) => name === provider || name === mode)
  const lines = []
  let blockKept = true
  for (const line of text.split('\n')) {
    const block = /^\s*\/\/ begin (only|not): (.+)$/.exec(line)
    if (block) {
      blockKept = keeps(block)
      continue
    }
    if (/^\s*\/\/ end$/.test(line)) {
      blockKept = true
      continue
    }
    if (!blockKept) continue
    const marker = /^(.*\S)\s*\/\/ (only|not): (.+)$/.exec(line)
    if (marker && !/^\s*\/\//.test(line)) {
      if (keeps(marker.slice(1))) lines.push(marker[1])
    } else {
      lines.push(line.replace(/^(\s*provider\s*=\s*)".*"\s*\/\/ provider$/, `$1"${provider}"`))
    }
  }
  const result = lines.join('\n')
  return /^\s*schemas\s*=/m.test(result) ? withSchemas(result) : result
}

function withSchemas(text) {
  return text.replace(/^(?:model|enum) \w+ \{\n[\s\S]*?^\}/gm, (block) =>
    block.includes('@@schema(') ? block : block.replace(/\}$/, '\n  @@schema("public")\n}'),
  )
}
