import { css } from 'lit'

export const revertStyles = css`
  :host {
    display: inline-block;
  }
  dialog {
    inline-size: min(640px, calc(100vw - 24px));
    max-block-size: min(86vh, 900px);
    padding: 0;
    border: 1px solid var(--audit-border);
    border-radius: calc(var(--audit-radius) + 2px);
    background: var(--audit-bg);
    color: var(--audit-text);
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.25);
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
  h2,
  h3,
  p,
  ul,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
  }
  h2 {
    padding: 14px 18px;
    border-block-end: 1px solid var(--audit-border);
    font-size: 15px;
    font-weight: 600;
  }
  h3 {
    margin-block-end: 4px;
    font-size: 13px;
    font-weight: 600;
  }
  .body {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 14px 18px;
    overflow: auto;
  }
  .body > * {
    flex: none;
  }
  .body:focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: -2px;
  }
  /* It has to be there before something is to be said, and takes no room until then. */
  [role='alert']:empty {
    margin-block-end: -14px;
  }
  ul {
    list-style: none;
  }
  .about {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
  }
  .steps > li,
  .conflicts li {
    padding-block: 6px;
  }
  .steps > li + li,
  .conflicts li + li {
    border-block-start: 1px solid var(--audit-border);
  }
  .fields {
    margin-block-start: 3px;
    padding-inline-start: 12px;
    border-inline-start: 2px solid var(--audit-border);
  }
  .name {
    color: var(--audit-muted);
  }
  .from {
    padding-inline: 3px;
    border-radius: 3px;
    background: var(--audit-removed);
  }
  .to {
    padding-inline: 3px;
    border-radius: 3px;
    background: var(--audit-added);
  }
  :is(.from, .to) .muted {
    color: inherit;
  }
  .conflicts {
    padding: 10px 12px 6px;
    border: 1px solid var(--audit-warning);
    border-radius: var(--audit-radius);
  }
  .conflicts h3 {
    color: var(--audit-warning);
  }
  .conflicts button {
    min-height: 24px;
    padding: 0 4px;
    margin-inline-start: -4px;
    color: var(--audit-accent);
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  dl div {
    display: grid;
    grid-template-columns: 12ch minmax(0, 1fr);
    gap: 8px;
  }
  dt {
    color: var(--audit-muted);
  }
  fieldset {
    display: grid;
    gap: 2px;
    border: 0;
  }
  legend {
    padding: 0;
    font-weight: 600;
  }
  fieldset label {
    display: flex;
    align-items: baseline;
    gap: 8px;
    padding-block: 4px;
  }
  .reason {
    display: grid;
    gap: 4px;
  }
  textarea {
    padding-block: 5px;
    min-block-size: 54px;
    resize: vertical;
  }
  summary {
    min-height: 24px;
    cursor: pointer;
  }
  .notice {
    padding: 8px 12px;
    border-radius: var(--audit-radius);
    background: var(--audit-warning-bg);
    color: var(--audit-warning);
    overflow-wrap: anywhere;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
    padding: 12px 18px;
    border-block-start: 1px solid var(--audit-border);
  }
  footer [role='status'] {
    margin-inline-end: auto;
    color: var(--audit-muted);
  }
  button.primary:disabled {
    border-color: var(--audit-border);
    background: var(--audit-surface);
    color: var(--audit-muted);
  }
`
