import { html, type TemplateResult } from 'lit'
import type { Shared } from '../shared.ts'
import { dayOf, exactTime, relativeTime, timeOfDay } from '../times.ts'

/** How long ago; the exact time is in its title, and is read by screen readers. */
export function timeShown(shared: Shared, time: string): TemplateResult {
  const exact = exactTime(shared, time)
  return html`<time datetime=${time} title=${exact}>${relativeTime(shared, time)}<span class="visually-hidden">, ${exact}</span></time>`
}

/** The time of day, with its day where that is not today. */
export function clockTime(shared: Shared, time: string, now: Date = new Date()): string {
  const day = dayOf(shared, time, now)
  const isToday = day === dayOf(shared, now.toISOString(), now)
  return isToday ? timeOfDay(shared, time) : `${day} ${timeOfDay(shared, time)}`
}
