/**
 * What the parser says of a wrong filter, by its English text, with `{0}`, `{1}` … in place of what it quotes
 * and counts.
 */
const problems: Readonly<Record<string, string>> = {
  '{0} does not say what to leave out. Write a term right after one {1}, or {2} for the text.':
    '{0} 没有说明要排除什么。请在一个 {1} 后直接写条件；如要查找该文本，请写 {2}。',
  'There is no key before {0}. Write {1}, or quote the text.':
    '{0} 前面没有键。请写 {1}，或给文本加上引号。',
  '{0} is no key. Write {1} if a tag has this name.':
    '{0} 不能作为键。如果标签叫这个名字，请写 {1}。',
  'Keys are lower-case: write {0}, or {1} for a tag of this name.':
    '键为小写：请写 {0}；如果是同名标签，请写 {1}。',
  'It has a NUL or half of a surrogate pair, which no entry has. Remove that.':
    '其中有 NUL 或不完整的代理对，任何记录都不会含有它们。请将其删除。',
  'A value is missing after {0}. Write one, or {1} for the empty text.':
    '{0} 后面缺少值。请写一个值；如要查找空文本，请写 {1}。',
  'The quote is not closed. End it with {0}.': '引号没有闭合。请以 {0} 结束。',
  '{0} means nothing in quotes. Write {1} for one {2}.':
    '{0} 在引号内没有意义。如要表示一个 {2}，请写 {1}。',
  '{0} has a quote inside of a word. Quote all of it: {1}.':
    '{0} 的中间有引号。请给整体加上引号：{1}。',
  '{0} has a {1}, which stands at the end of a value only, for all that begin so. Write {2} for the text itself.':
    '{0} 中有 {1}，它只能放在值的末尾，表示以此开头的一切。如要查找该文本，请写 {2}。',
  'The closing quote ends the text, but {0} follows. Put a space between, or quote all of it.':
    '文本在引号闭合处结束，但后面还有 {0}。请在中间加空格，或给整体加上引号。',
  'The closing quote ends the value, but {0} follows. Put a space between, or quote all of it.':
    '值在引号闭合处结束，但后面还有 {0}。请在中间加空格，或给整体加上引号。',
  'Free text is empty. Write what to look for, or leave it out.':
    '文本为空。请写要查找的内容，或将其删去。',
  '{0} cannot be negated. Use {1} for the time on the other side.':
    '{0} 不能取反。如要表示另一侧的时间，请用 {1}。',
  '{0} takes one time, and not {1}. Leave one.':
    '{0} 只接受一个时间，而这里有 {1} 个。请只留一个。',
  '{0} asks for a prefix, but {1} is compared as a whole. Leave the {2} out.':
    '{0} 要求匹配开头，但 {1} 只按整体比较。请去掉 {2}。',
  '{0} is no time. Write a date {1}, a time {2}, or how long ago: {3}, {4}, {5}, {6}.':
    '{0} 不是时间。请写日期 {1}、时间 {2}，或多久以前：{3}、{4}、{5}、{6}。',
  '{0} is no trace id. Write its {1} lowercase hex characters.':
    '{0} 不是 trace id。请写出它的 {1} 个小写十六进制字符。',
  '{0} matches nothing. Write one of {1}, {2}, {3}.':
    '{0} 不会匹配任何记录。请写 {1}、{2}、{3} 之一。',
  '{0} matches nothing. Write one of {1}, {2}, {3}, {4}.':
    '{0} 不会匹配任何记录。请写 {1}、{2}、{3}、{4} 之一。',
  'The filter has more than {0} terms. Ask for less at once.':
    '筛选中的条件超过 {0} 个。请减少条件。',
  'The filter has more than {0} values. Ask for less at once.': '筛选中的值超过 {0} 个。请减少值。',
  'The filter has {0} characters, and may have {1}. Ask for less at once.':
    '筛选共有 {0} 个字符，最多可有 {1} 个。请缩短。',
}

/** What is not known is said as the parser said it. */
export function problem(message: string): string {
  const parts: string[] = []
  const text = message.replace(/`[^`]*`|\d+/g, (part) => `{${parts.push(part) - 1}}`)
  return problems[text]?.replace(/\{(\d)\}/g, (_, at: string) => parts[Number(at)] ?? '') ?? message
}
