import { css } from 'lit'

export const changesStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    margin-block-end: 8px;
  }
  .toolbar label {
    margin-inline-start: auto;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
    font-size: 12px;
    color: var(--audit-muted);
  }
  .frame:focus {
    outline: none;
  }
  .frame {
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    overflow: clip;
    font: 12px/1.6 var(--audit-mono);
  }
  .sides {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  }
  .sides > .side {
    display: grid;
    grid-template-rows: subgrid;
    min-width: 0;
  }
  .sides > .side + .side {
    border-inline-start: 1px solid var(--audit-border);
  }
  .head,
  thead th {
    padding: 5px 10px;
    border-block-end: 1px solid var(--audit-border);
    background: var(--audit-surface);
    color: var(--audit-muted);
    font: 550 12px/1.45 var(--audit-font);
    text-align: start;
    overflow-wrap: anywhere;
  }
  .line {
    display: block;
    position: relative;
    /* Names of fields and JSON are read from the left in any language; each value has its own direction. */
    direction: ltr;
    min-height: 1.6em;
    padding: 0 10px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    text-decoration: none;
  }
  .value {
    unicode-bidi: plaintext;
  }
  .inner {
    padding-inline-start: 22px;
  }
  .unified .line {
    padding-inline-start: 24px;
  }
  .unified .inner {
    padding-inline-start: 36px;
  }
  .unified :is(ins, del)::before {
    position: absolute;
    inset-inline-start: 9px;
  }
  .unified del::before {
    content: '−' / '';
    color: var(--audit-delete);
  }
  .unified ins::before {
    content: '+' / '';
    color: var(--audit-create);
  }
  del.line,
  td.removed {
    background: var(--audit-removed);
  }
  ins.line,
  td.added {
    background: var(--audit-added);
  }
  .none {
    background: var(--audit-surface);
  }
  mark {
    color: inherit;
    border-radius: 2px;
  }
  del mark {
    background: var(--audit-removed-word);
  }
  ins mark {
    background: var(--audit-added-word);
  }
  .name,
  .stand-in {
    color: var(--audit-muted);
  }
  mark .stand-in {
    color: inherit;
  }
  .note {
    font-family: var(--audit-font);
    color: var(--audit-muted);
  }
  .fold {
    display: flex;
    justify-content: start;
    inline-size: 100%;
    min-height: 24px;
    padding: 0 10px;
    border: 0;
    border-radius: 0;
    background: var(--audit-surface);
    color: var(--audit-muted);
    font: 12px/24px var(--audit-font);
    text-align: start;
    white-space: normal;
    cursor: pointer;
  }
  .note > .fold {
    inline-size: auto;
    margin-inline: -10px;
    padding-inline: 10px;
    background: none;
  }
  .fold.rest {
    color: var(--audit-accent);
  }
  .fold:hover {
    color: var(--audit-text);
  }
  .fold:focus-visible {
    outline-offset: -2px;
  }
  /* Not a part of any value, and so of no copy. */
  .aside {
    user-select: none;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  table.both thead th:first-child {
    inline-size: 26%;
  }
  thead th:first-child {
    inline-size: 34%;
  }
  th,
  td {
    border-block-end: 1px solid var(--audit-border);
    vertical-align: top;
    text-align: start;
  }
  tbody tr:last-child > * {
    border-block-end: 0;
  }
  tbody th {
    padding: 3px 10px;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  td {
    padding: 3px 0;
  }
  td.whole {
    padding: 0;
  }
  td + td {
    border-inline-start: 1px solid var(--audit-border);
  }
  td .line {
    padding-inline: 8px;
  }
  .more {
    margin-block: 8px 0;
  }
  .legend {
    margin-block: 8px 0;
    font-size: 12px;
  }
  .difference {
    margin-block: 0 8px;
  }
`
