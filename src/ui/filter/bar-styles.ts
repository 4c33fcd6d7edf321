import { css } from 'lit'

export const barStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    justify-content: flex-end;
    gap: 4px;
    padding: 4px;
    border: 1px solid var(--audit-control-border);
    border-radius: 8px;
    background: var(--audit-bg);
  }
  .bar:has(audit-filter-input:focus-within) {
    outline: 2px solid var(--audit-focus);
    outline-offset: -1px;
  }
  .terms {
    display: flex;
    flex: 1 1 300px;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: 4px;
    min-width: 0;
    /* Five lines, and the beginning of a sixth that tells that there is more. */
    max-height: 168px;
    overflow-y: auto;
    /* What has the focus is not behind the field. */
    scroll-padding-block-end: 32px;
  }
  .terms .below {
    flex-basis: 100%;
  }
  .chips {
    display: contents;
  }
  .ends {
    display: flex;
    gap: 4px;
    min-width: 0;
    max-width: 100%;
  }
  .chip {
    display: inline-flex;
    align-items: stretch;
    max-width: 100%;
    min-height: 26px;
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    background: var(--audit-surface);
    font-size: 12px;
  }
  .chip.not {
    border: 1px dashed var(--audit-control-border);
  }
  .chip.edited {
    border-color: var(--audit-accent);
    box-shadow: inset 0 0 0 1px var(--audit-accent);
  }
  .chip button {
    min-width: 24px;
    min-height: 24px;
    padding: 0 4px;
    border: 0;
    border-radius: calc(var(--audit-radius) - 1px);
    background: none;
  }
  .chip button:hover {
    background: var(--audit-bg);
  }
  .chip button:focus-visible {
    outline-offset: -2px;
  }
  .chip .key {
    flex: none;
    align-self: center;
    max-width: 16ch;
    padding-inline-start: 8px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--audit-muted);
    cursor: pointer;
  }
  .chip .relation {
    flex: none;
    justify-content: center;
    color: var(--audit-muted);
  }
  .chip.not .relation {
    font-weight: 550;
    color: var(--audit-delete);
  }
  .chip .value {
    min-width: 24px;
    max-width: 32ch;
    font-weight: 550;
  }
  .value span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chip .remove {
    flex: none;
    justify-content: center;
    color: var(--audit-muted);
    font-size: 14px;
  }
  .clear {
    min-height: 26px;
    padding: 0 6px;
    color: var(--audit-muted);
  }
  .hint {
    margin: 4px 2px 0;
    font-size: 12px;
  }
  .hint:empty {
    display: none;
  }
  @media (pointer: coarse) {
    .chip button {
      min-width: 32px;
      min-height: 32px;
    }
  }
`
