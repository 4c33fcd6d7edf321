import { css } from 'lit'

export const rangeStyles = css`
  :host {
    display: inline-block;
    min-width: 0;
  }
  .opener {
    min-height: 26px;
    max-width: 100%;
    border-color: var(--audit-border);
  }
  .opener span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  [popover]:popover-open {
    display: flex;
    gap: 12px;
    width: min(400px, calc(100vw - 16px));
  }
  .presets {
    display: flex;
    flex: 1;
    flex-direction: column;
  }
  .presets button {
    min-height: 28px;
    justify-content: flex-start;
  }
  .presets button[aria-pressed='true'] {
    background: var(--audit-update-bg);
    color: var(--audit-update);
  }
  form {
    display: flex;
    flex: 1;
    min-width: 220px;
    flex-direction: column;
    gap: 8px;
    padding-inline-start: 12px;
    border-inline-start: 1px solid var(--audit-border);
  }
  label {
    display: grid;
    gap: 2px;
    color: var(--audit-muted);
  }
  label input {
    color: var(--audit-text);
  }
  p {
    margin: 0;
    max-width: 220px;
    font-size: 12px;
  }
  .wrong {
    color: var(--audit-delete);
  }
  .wrong:empty {
    display: none;
  }
  form button {
    align-self: flex-start;
    margin-block-start: auto;
  }
  @media (max-width: 440px) {
    [popover]:popover-open {
      flex-direction: column;
    }
    form {
      padding-inline: 10px;
      border: 0;
    }
  }
`
