import { en } from './en.ts'

/** All that the elements say, by the part that says it. */
export type Messages = typeof en

/** What is to be said otherwise; what is absent is said in English. */
export type MessagesGiven = { readonly [Part in keyof Messages]?: Partial<Messages[Part]> }

const catalogues = new Map<string, Messages | (() => Promise<Messages>)>([
  ['en', en],
  ['zh', async () => (await import('./zh.ts')).zh],
])

/** Adds a language, or changes what is said in one: `addMessages('de', { log: { title: 'Protokoll' } })`. */
export function addMessages(language: string, given: MessagesGiven): void {
  const parts = Object.entries(en).map(([part, messages]) => [
    part,
    { ...messages, ...given[part as keyof Messages] },
  ])
  catalogues.set(language.toLowerCase(), Object.fromEntries(parts) as Messages)
}

/** The messages of the first language that there are any of, and that can be loaded; English at last. */
export async function messagesOf(languages: readonly string[]): Promise<{
  readonly locale: string
  readonly text: Messages
}> {
  for (const locale of languages) {
    const key = locale.toLowerCase()
    const found = catalogues.get(key) ?? catalogues.get(key.split('-')[0] ?? '')
    const text = typeof found === 'function' ? await found().catch(() => undefined) : found
    if (text) return { locale, text }
  }
  return { locale: 'en', text: en }
}
