import { html, nothing, svg } from 'lit'
import { actionClass } from '../shown/action.ts'
import { cut } from '../shown/value.ts'
import { type Bar, classes, piecesOf, summedCounts, ticksOf } from './bars.ts'
import {
  actionsOf,
  type ChartView,
  chosenBars,
  countText,
  numberText,
  spanText,
  unknownShare,
} from './view.ts'

/** In pixels. */
const height = 54

/** The bars; what is estimated, and what is not known, is hatched. */
export function barsDrawn({ bars, found, chosen }: ChartView, isMarked: boolean) {
  const most = Math.max(1, ...bars.map(({ total }) => total))
  const width = 100 / bars.length
  const from = chosen[0] * width
  const marked = (chosen[1] - chosen[0] + 1) * width
  return svg`
    <defs>
      <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V4" /></pattern>
      <pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="unknown" d="M0 0V6" /></pattern>
    </defs>
    <rect width="${unknownShare(found)}%" height=${height} fill="url(#unknown)" />
    ${
      isMarked
        ? svg`<rect class="chosen" x="${from}%" width="${marked}%" height=${height} />`
        : nothing
    }
    ${bars.map((bar, at) => barDrawn(bar, at * width, width, most))}`
}

function barDrawn(bar: Bar, from: number, width: number, most: number) {
  if (bar.total === 0) return nothing
  const x = `${from + width * 0.09}%`
  const own = `${width * 0.82}%`
  const pieces = piecesOf(bar, most, height - 2)
  const top = (pieces.at(-1)?.y ?? 0) + 2
  return svg`${pieces.map(
    (piece) =>
      svg`<rect class=${piece.name} x=${x} width=${own} y=${piece.y + 2} height=${piece.height} />`,
  )}${
    bar.isExact
      ? nothing
      : svg`<rect x=${x} width=${own} y=${top} height=${height - top} fill="url(#hatch)" />`
  }`
}

/** The numbers of what is marked, beside it. */
export function tipShown(view: ChartView) {
  const { shared, bars, at, found } = view
  const chosen = chosenBars(view)
  const last = chosen.at(-1)
  const share = (at / bars.length) * 100
  const place = share > 50 ? `inset-inline-end: ${100 - share}%` : `inset-inline-start: ${share}%`
  const isUnknown = found.knownSince !== null && last && last.until <= new Date(found.knownSince)
  const count = isUnknown ? shared.text.chart.unknown : countText(shared, chosen)
  return html`<div class="tip" aria-hidden="true" .style=${place}>
    <span>${spanText(view, chosen)}</span>
    <b>${count}</b>
    ${actionsOf(chosen).map(
      ([action, number]) =>
        html`<span><span class="swatch ${actionClass(action)}"></span><span class="foreign">${cut(action, 40)}</span> ${numberText(shared, number)}</span>`,
    )}
  </div>`
}

export function axisShown({ shared, bars, texts }: ChartView, most: number) {
  const until = bars.at(-1)?.until ?? new Date()
  const isNow = Math.abs(Date.now() - until.getTime()) < 120_000
  const names = bars.map(({ since }) => texts.tick(since))
  const ticks = ticksOf(names, most).filter((at) => at < bars.length * 0.9)
  return html`${ticks.map(
    (at) => html`<span .style=${`--at: ${(at / bars.length) * 100}%`}>${names[at]}</span>`,
  )}<span class="end">${isNow ? shared.text.chart.now : texts.tick(until)}</span>`
}

export function legendShown({ shared, bars, found }: ChartView) {
  const { chart } = shared.text
  const sum = summedCounts(bars)
  const isExact = bars.every((bar) => bar.isExact)
  return html`<ul class="legend">
    ${classes.map(
      (name) =>
        html`<li><span class="swatch ${name}"></span>${chart.classes[name]} ${isExact ? '' : '≈ '}${numberText(shared, sum[name])}</li>`,
    )}
    ${isExact ? nothing : html`<li><span class="swatch estimate"></span>${chart.estimated}</li>`}
    ${found.knownSince === null ? nothing : html`<li><span class="swatch unlooked"></span>${chart.unknown}</li>`}
  </ul>`
}
