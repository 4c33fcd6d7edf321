/**
 * Makes one provider's schema text of a text for all providers.
 *
 * The markers that it understands are listed at the top of `test/database/schema.prisma`.
 *
 * @param {string} text
 * @param {'sqlite' | 'postgresql' | 'mysql'} provider
 * @returns {string}
 */
export function schemaText(text, provider) {
  const lines = []
  let blockKept = true
  for (const line of text.split('\n')) {
    const block = /^\s*\/\/ begin (only|not): (.+)$/.exec(line)
    if (block) {
      blockKept = keeps(block, provider)
      continue
    }
    if (/^\s*\/\/ end$/.test(line)) {
      blockKept = true
      continue
    }
    if (!blockKept) continue
    const marker = /^(.*\S)\s*\/\/ (only|not): (.+)$/.exec(line)
    if (marker && !/^\s*\/\//.test(line)) {
      if (keeps(marker.slice(1), provider)) lines.push(marker[1])
    } else {
      lines.push(line.replace(/^(\s*provider\s*=\s*)".*"\s*\/\/ provider$/, `$1"${provider}"`))
    }
  }
  const result = lines.join('\n')
  return provider === 'postgresql' ? withSchemas(result) : result
}

function keeps([, kind, providers], provider) {
  return (kind === 'only') === providers.split(/\s*,\s*/).includes(provider)
}

function withSchemas(text) {
  return text.replace(/^(?:model|enum) \w+ \{\n[\s\S]*?^\}/gm, (block) =>
    block.includes('@@schema(') ? block : block.replace(/\}$/, '\n  @@schema("public")\n}'),
  )
}
