import { css } from 'lit'

export const entryStyles = css`
  :host {
    display: block;
    min-width: 0;
    padding: 14px 18px 24px;
  }
  :host(:focus) {
    outline: none;
  }
  .body[aria-busy='true'] {
    opacity: 0.6;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    justify-content: space-between;
    gap: 6px 12px;
  }
  h2 {
    display: flex;
    flex: 1 1 200px;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 8px;
    min-width: 0;
    min-height: 30px;
    margin: 0;
    font-size: 14px;
    font-weight: 600;
  }
  h3 {
    margin-block: 16px 6px;
    font-size: 12px;
    font-weight: 600;
    color: var(--audit-muted);
  }
  h3:first-child {
    margin-block-start: 4px;
  }
  .versions {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .versions .current {
    color: var(--audit-muted);
  }
  .close {
    justify-content: center;
    min-width: 30px;
    padding: 0;
    font-size: 16px;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(72px, max-content) minmax(0, 1fr);
    gap: 0 12px;
    margin-block: 10px 0;
  }
  dt,
  dd {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    min-width: 0;
    min-height: 24px;
    margin: 0;
  }
  dt {
    max-width: 160px;
    color: var(--audit-muted);
  }
  .reason {
    white-space: pre-line;
  }
  button.link {
    color: var(--audit-accent);
  }
  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    margin-block: 14px 12px;
    border-block-end: 1px solid var(--audit-border);
  }
  .tabs button {
    min-height: 32px;
    padding: 0 1px;
    border: 0;
    border-block-end: 2px solid transparent;
    border-radius: 0;
    background: none;
    color: var(--audit-muted);
    margin-block-end: -1px;
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
  .count {
    font-size: 12px;
    font-weight: 400;
  }
  .panel:focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: 4px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 8px;
    margin-block-start: 16px;
  }
  .waiting,
  .problem {
    min-height: 160px;
  }
  .problem p {
    margin-block: 0 10px;
  }
`
