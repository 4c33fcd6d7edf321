import { css } from 'lit'

export const exportStyles = css`
  :host {
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  [popover] p {
    margin: 2px 8px 8px;
    font-size: 12px;
  }
  [popover] > :is(.button, button) {
    display: flex;
    border-color: transparent;
  }
  .said {
    max-width: 260px;
    font-size: 12px;
    color: var(--audit-delete);
  }
`
