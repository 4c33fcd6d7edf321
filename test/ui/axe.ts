import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page as it is now: the rule, and where. By all rules, or by some. */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Not as a script of the page, which its policy would refuse.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      readonly axe: { run(options?: object): Promise<Results> }
    }
    interface Results {
      readonly violations: readonly {
        readonly id: string
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
      }[]
    }
    const { violations } = await axe.run(rules ? { runOnly: rules } : {})
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    )
  }, rules)
}
