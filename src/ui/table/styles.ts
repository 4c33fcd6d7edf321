import { css } from 'lit'

export const tableStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    position: relative;
    min-width: 0;
    min-height: 0;
    /* Where nothing around gives it a height, only what is in sight is drawn nevertheless. */
    max-height: 100dvh;
    container-type: inline-size;
  }
  .region {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: auto;
    overflow-anchor: none;
    scrollbar-width: thin;
  }
  .region:focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: -2px;
  }
  table {
    inline-size: 100%;
    min-inline-size: calc(var(--columns) * 92px);
    border-collapse: separate;
    border-spacing: 0;
    table-layout: fixed;
    font-feature-settings: 'tnum';
  }
  col.in-time {
    inline-size: 148px;
  }
  col.in-actor {
    inline-size: 15%;
  }
  col.in-action {
    inline-size: 116px;
  }
  col.in-resource {
    inline-size: 15%;
  }
  col.in-details {
    inline-size: 24%;
  }
  th {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    padding: 4px 8px;
    border-block-end: 1px solid var(--audit-border);
    background: var(--audit-bg);
    color: var(--audit-muted);
    font-size: 12px;
    font-weight: 550;
    text-align: start;
    white-space: nowrap;
  }
  .direction {
    opacity: 0;
  }
  .sort:is(:hover, :focus-visible) .direction {
    opacity: 0.6;
  }
  [aria-sort] .sort .direction {
    opacity: 1;
  }
  [aria-sort] .sort {
    color: var(--audit-text);
  }
  td {
    position: relative;
    padding: 4px 8px;
    border-block-end: 1px solid var(--audit-border);
    overflow: hidden;
    vertical-align: top;
  }
  .space td,
  .space {
    padding: 0;
    border: 0;
  }
  tr.entry {
    cursor: pointer;
  }
  tr.entry:hover td,
  tr.selected td {
    background: var(--audit-surface);
  }
  td:first-child::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: 2px;
  }
  tr.selected td:first-child::before {
    background: var(--audit-accent);
  }
  tr.entry:focus-within td:first-child::before {
    background: var(--audit-focus);
  }
  td :is(button, a):focus-visible {
    outline-offset: -2px;
  }
  .clock,
  .as {
    display: block;
    overflow: hidden;
    font-size: 12px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  td.in-actor .as {
    flex-basis: 100%;
  }
  td.in-resource .entity {
    flex-direction: column;
    align-items: flex-start;
  }
  .changes {
    display: -webkit-box;
    overflow: hidden;
    padding-block: 3px;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  :host(:dir(rtl)) .arrow {
    display: inline-block;
    transform: scaleX(-1);
  }
  td.in-reason {
    padding-block: 7px;
    font-size: 12px;
  }
  td.in-id {
    padding-block: 7px;
  }
  .bone {
    display: block;
    inline-size: 70%;
    block-size: 12px;
    margin-block: 18px;
    border-radius: 4px;
    background: var(--audit-border);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.4;
    }
  }
  .nothing {
    padding: 48px 16px;
    color: var(--audit-muted);
    text-align: center;
  }
  .end {
    display: flex;
    justify-content: center;
    padding: 12px;
  }
  @container (inline-size < 900px) {
    col.in-action {
      inline-size: 108px;
    }
    col.in-resource {
      inline-size: 13%;
    }
    col.in-details {
      inline-size: 18%;
    }
  }
  /* Rows become cards where there is no room for columns. */
  @container (inline-size < 700px) {
    table {
      display: block;
      min-inline-size: 0;
    }
    colgroup {
      display: none;
    }
    tbody {
      display: block;
    }
    thead {
      display: block;
      position: sticky;
      inset-block-start: 0;
      z-index: 1;
      background: var(--audit-bg);
      border-block-end: 1px solid var(--audit-border);
    }
    thead tr {
      display: flex;
      flex-wrap: wrap;
    }
    th {
      position: static;
      padding: 2px 8px;
      border: 0;
    }
    th:not(:has(button)) {
      display: none;
    }
    .space {
      display: block;
    }
    tr.entry,
    tr.bones {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 14px;
      position: relative;
      padding: 8px 10px;
      border-block-end: 1px solid var(--audit-border);
    }
    tr.entry:hover,
    tr.selected {
      background: var(--audit-surface);
    }
    tr.bones td {
      flex: 1;
    }
    td {
      display: block;
      position: static;
      max-inline-size: 100%;
      padding: 0;
      border: 0;
    }
    td.in-time {
      display: flex;
      gap: 8px;
      align-items: center;
      flex-basis: 100%;
      justify-content: space-between;
    }
    td:is(.in-changes, .in-details, .in-reason) {
      flex-basis: 100%;
    }
    td:empty {
      display: none;
    }
    td.in-resource .entity {
      flex-direction: row;
    }
    td.in-actor .as {
      flex-basis: auto;
    }
  }
`
