import { css } from 'lit'

/** A button and what it opens. */
export const popoverStyles = css`
  [popover] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 8px;
    max-width: calc(100vw - 16px);
    max-height: calc(100vh - 16px);
    overflow: auto;
    border: 1px solid var(--audit-control-border);
    border-radius: var(--audit-radius);
    background: var(--audit-bg);
    color: var(--audit-text);
    box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
    font: inherit;
  }
  .arrow {
    width: 0;
    border: 4px solid transparent;
    border-block-start-color: currentcolor;
    border-block-end: 0;
  }
`
