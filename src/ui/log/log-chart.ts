import { html, type TemplateResult } from 'lit'
import { remember, remembered } from '../remembered.ts'
import type { Shared } from '../shared.ts'

/** The chart; whether it is folded is remembered. */
export function chartShown(shared: Shared, filter: string, revision: number): TemplateResult {
  const fold = (event: Event) =>
    remember('chart', (event.target as HTMLDetailsElement).open ? 'open' : 'closed')
  return html`<details class="chart" ?open=${remembered('chart') !== 'closed'} @toggle=${fold}>
    <summary>${shared.text.log.chart}</summary>
    <audit-chart .shared=${shared} .filter=${filter} .revision=${revision}></audit-chart>
  </details>`
}
