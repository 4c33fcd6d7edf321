import { css } from 'lit'

export const viewsStyles = css`
  :host {
    display: inline-block;
  }
  [popover] {
    width: min(320px, calc(100vw - 16px));
  }
  ul {
    max-height: min(320px, 40vh);
    margin: 0 0 8px;
    padding: 0;
    overflow: auto;
    list-style: none;
  }
  li,
  .line {
    display: flex;
    gap: 4px;
  }
  .view {
    flex: 1;
    min-width: 0;
  }
  .view span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .view[aria-current='true'] {
    font-weight: 550;
    color: var(--audit-accent);
  }
  .remove {
    min-width: 30px;
    justify-content: center;
    color: var(--audit-muted);
  }
  form {
    display: grid;
    gap: 4px;
    padding-block-start: 8px;
    border-block-start: 1px solid var(--audit-border);
  }
  .line input {
    flex: 1;
    min-width: 0;
  }
  p {
    margin: 4px 0;
    font-size: 12px;
  }
  form p {
    margin: 0;
  }
  p:empty {
    display: none;
  }
  .problem {
    color: var(--audit-delete);
  }
`
