import { css, unsafeCSS } from 'lit'
import { deepest } from './trace-tree.ts'

/** What is in a run is indented by how deep it is: an attribute `style` would be against a strict policy. */
const depths = Array.from({ length: deepest }, (_, i) => `.depth-${i + 1}{--depth:${i + 1}}`)

export const traceStyles = css`
  :host {
    --step: 18px;
    display: block;
    container-type: inline-size;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    min-height: 30px;
    margin-block-end: 4px;
  }
  header .filters {
    display: flex;
    gap: 6px;
    margin-inline-start: auto;
    min-width: 0;
  }
  header input {
    inline-size: 100%;
    max-inline-size: 190px;
    min-inline-size: 60px;
  }
  ::placeholder {
    color: var(--audit-muted);
    opacity: 1;
  }
  .live {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    color: var(--audit-create);
    font-weight: 550;
  }
  .live::before {
    content: '';
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: currentColor;
    animation: pulse 1.6s ease-in-out infinite;
  }
  @keyframes pulse {
    50% {
      opacity: 0.3;
    }
  }
  .box {
    max-block-size: min(70vh, 46rem);
    padding-block: 3px;
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    overflow: auto;
    overscroll-behavior: auto;
  }
  .box:focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: 1px;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .row {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    align-items: stretch;
    gap: 0 12px;
    inline-size: 100%;
    padding: 0 10px;
    text-align: start;
    white-space: normal;
  }
  button.row {
    min-height: 28px;
    border: 0;
    border-radius: 0;
    background: none;
  }
  button.row:focus-visible,
  summary.row:focus-visible {
    outline-offset: -2px;
  }
  button.row[aria-current] {
    background: var(--audit-update-bg);
    box-shadow: inset 3px 0 var(--audit-accent);
  }
  :host(:dir(rtl)) button.row[aria-current] {
    box-shadow: inset -3px 0 var(--audit-accent);
  }
  .moment {
    padding-block: 4px;
    color: var(--audit-muted);
    font: 12px/20px var(--audit-mono);
    font-variant-numeric: tabular-nums;
  }
  /* Lines that show in what it is: one for each level. */
  .content {
    --guide: var(--audit-border);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 8px;
    min-width: 0;
    padding-block: 4px;
    padding-inline-start: calc(var(--depth, 0) * var(--step));
    background: repeating-linear-gradient(to right, transparent 0 6px, var(--guide) 6px 7px, transparent 7px var(--step))
      no-repeat left / calc(var(--depth, 0) * var(--step)) 100%;
    line-height: 20px;
  }
  :host(:dir(rtl)) .content {
    background-image: repeating-linear-gradient(to left, transparent 0 6px, var(--guide) 6px 7px, transparent 7px var(--step));
    background-position: right;
  }
  .line :is(.moment, .content) {
    padding-block: 2px;
  }
  .line .content {
    flex-wrap: nowrap;
    align-items: flex-start;
    font: 12px/20px var(--audit-mono);
  }
  ${unsafeCSS(depths.join(''))}
  .level {
    flex: none;
    min-inline-size: 5ch;
    text-transform: uppercase;
    color: var(--audit-muted);
  }
  .rank-2 {
    color: var(--audit-warning);
    font-weight: 600;
  }
  .rank-3 {
    color: var(--audit-delete);
    font-weight: 600;
  }
  .logger {
    flex: none;
    max-inline-size: 16ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--audit-muted);
  }
  .message {
    min-width: 0;
    white-space: pre-wrap;
  }
  summary.row {
    cursor: pointer;
    list-style: none;
  }
  summary.row .message::after {
    content: ' ▸';
    color: var(--audit-muted);
  }
  details[open] > summary.row .message::after {
    content: ' ▾';
  }
  summary.row:hover {
    background: var(--audit-surface);
  }
  .fields {
    margin: 2px 10px 6px;
    margin-inline-start: calc(114px + var(--depth, 0) * var(--step));
    padding: 6px 10px;
    border-radius: 4px;
    background: var(--audit-surface);
    font: 12px/1.5 var(--audit-mono);
    white-space: pre-wrap;
  }
  .badge {
    line-height: 16px;
  }
  .what {
    font-weight: 550;
  }
  .bad .muted {
    color: var(--audit-delete);
  }
  .who {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    color: var(--audit-muted);
  }
  .hidden-some {
    margin: 2px 10px;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-block-start: 6px;
  }
  @container (max-width: 480px) {
    .box {
      --step: 12px;
    }
    .row {
      gap: 0 8px;
      padding-inline: 8px;
    }
    .moment {
      font-size: 11px;
    }
    .logger {
      display: none;
    }
    header .filters {
      margin-inline-start: 0;
    }
  }
  p {
    margin: 0;
  }
  .box > p {
    padding: 4px 10px;
  }
`
