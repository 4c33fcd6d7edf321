import { css } from 'lit'

/** Of the field, and of what it suggests. */
export const inputStyles = css`
  :host {
    display: block;
    flex: 1 1 220px;
    min-width: min(220px, 100%);
    /* Below terms that are scrolled. */
    position: sticky;
    bottom: 0;
    background: var(--audit-bg);
  }
  input[type='text'] {
    width: 100%;
    min-height: 26px;
    padding: 0 4px;
    border: 0;
    background: none;
  }
  /* The bar around it shows the focus. */
  input[type='text']:focus-visible {
    outline: none;
  }
  input::placeholder {
    color: var(--audit-muted);
    opacity: 1;
  }
  .popup {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 4px;
    width: max-content;
    min-width: min(260px, 90vw);
    max-width: min(560px, calc(100vw - 16px));
    border: 1px solid var(--audit-control-border);
    border-radius: var(--audit-radius);
    background: var(--audit-bg);
    color: var(--audit-text);
    box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
    font: inherit;
  }
  ul {
    max-height: min(320px, 45vh);
    margin: 0;
    padding: 0;
    overflow: auto;
    list-style: none;
  }
  li {
    display: flex;
    align-items: baseline;
    gap: 12px;
    min-height: 26px;
    padding: 3px 8px;
    border-radius: 4px;
    cursor: pointer;
  }
  li:hover {
    background: var(--audit-surface);
  }
  li[aria-selected='true'] {
    background: var(--audit-update-bg);
    box-shadow: inset 0 0 0 1px var(--audit-focus);
  }
  li[aria-selected='true'] .muted {
    color: var(--audit-text);
  }
  .option {
    flex: none;
    min-width: 72px;
    max-width: 60%;
    font-weight: 550;
  }
  .hint {
    flex: 1;
    min-width: 0;
    font-size: 12px;
  }
  .count {
    font-variant-numeric: tabular-nums;
    font-size: 12px;
  }
  .popup p {
    margin: 4px 0 0;
    padding: 4px 8px 0;
    border-top: 1px solid var(--audit-border);
    font-size: 12px;
  }
`
