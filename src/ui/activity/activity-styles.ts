import { css } from 'lit'

export const activityStyles = css`
  :host {
    display: block;
    border: 1px solid var(--audit-border);
    border-radius: 8px;
    overflow: auto;
  }
  header {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: stretch;
    gap: 0 16px;
    padding-inline: 14px 8px;
    border-block-end: 1px solid var(--audit-border);
    background: var(--audit-bg);
  }
  h2 {
    align-self: center;
    margin: 0;
    font-size: 13px;
    font-weight: 650;
  }
  p {
    margin: 0;
  }
  .tabs {
    display: flex;
    gap: 4px;
  }
  .tabs button {
    min-height: 42px;
    padding-inline: 8px;
    border: 0;
    border-block: 2px solid transparent;
    border-radius: 0;
    background: none;
    color: var(--audit-muted);
  }
  .tabs button:hover:not(:disabled) {
    background: none;
    color: var(--audit-text);
  }
  .tabs button[aria-selected='true'] {
    border-block-end-color: var(--audit-accent);
    color: var(--audit-text);
    font-weight: 550;
  }
  .tabs button:focus-visible {
    outline-offset: -3px;
  }
  .count {
    font-weight: 400;
    font-variant-numeric: tabular-nums;
    color: var(--audit-muted);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    margin-inline-start: auto;
    padding-block: 6px;
  }
  .refresh {
    padding: 0 7px;
    color: var(--audit-muted);
  }
  .refresh svg {
    inline-size: 14px;
    block-size: 14px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .kinds,
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
  }
  .choices {
    padding: 8px 14px;
    border-block-end: 1px solid var(--audit-border);
    font-size: 12px;
  }
  .kind {
    min-height: 24px;
    padding: 0 8px;
    border-radius: 99px;
    color: var(--audit-muted);
  }
  .kind[aria-pressed='true'] {
    border-color: var(--audit-control-border);
    color: var(--audit-text);
  }
  .not {
    color: var(--audit-delete);
  }
  .condition {
    border-color: var(--audit-control-border);
    color: var(--audit-text);
  }
  .kind[aria-pressed='false'] .foreign {
    text-decoration: line-through;
  }
  .news:not(:empty) {
    display: flex;
    justify-content: center;
    padding: 8px;
  }
  .news:not(:has(button)) {
    display: none;
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .state {
    display: grid;
    justify-items: center;
    gap: 6px;
    padding: 36px 20px;
    text-align: center;
  }
  .state + ol {
    border-block-start: 1px solid var(--audit-border);
  }
  .foot {
    padding: 10px;
    border-block-start: 1px solid var(--audit-border);
    text-align: center;
  }
  audit-table {
    max-block-size: 70vh;
  }
`
