import { css } from 'lit'

/** What all parts look like: text, buttons, fields, badges, tags. */
export const controls = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 30px;
    padding: 0 10px;
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    background: var(--audit-bg);
    color: var(--audit-text);
    white-space: nowrap;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover:not(:disabled, [aria-disabled='true']),
  .button:hover {
    background: var(--audit-surface);
    border-color: var(--audit-control-border);
  }
  button:disabled,
  [aria-disabled='true'] {
    color: var(--audit-muted);
    cursor: default;
  }
  button.plain {
    border-color: transparent;
    background: none;
  }
  button.primary {
    border-color: var(--audit-accent);
    background: var(--audit-accent);
    color: var(--audit-on-accent);
  }
  button.danger {
    border-color: var(--audit-delete);
    color: var(--audit-delete);
  }
  button[aria-pressed='true'] {
    background: var(--audit-surface);
    font-weight: 550;
  }
  :is(button, a, input, select, textarea, summary, [tabindex]):focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: 1px;
  }
  input:not([type='checkbox'], [type='radio']),
  select,
  textarea {
    min-height: 30px;
    padding: 0 8px;
    border: 1px solid var(--audit-control-border);
    border-radius: var(--audit-radius);
    background: var(--audit-bg);
  }
  input[type='checkbox'],
  input[type='radio'] {
    accent-color: var(--audit-accent);
  }
  a {
    color: var(--audit-accent);
    text-underline-offset: 2px;
  }
  .segments {
    display: inline-flex;
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    overflow: clip;
  }
  .segments button {
    min-height: 28px;
    border: 0;
    border-radius: 0;
    color: var(--audit-muted);
  }
  .segments button[aria-pressed='true'] {
    color: var(--audit-text);
  }
  .muted {
    color: var(--audit-muted);
  }
  .failed {
    padding: 20px;
  }
  .mono {
    font-family: var(--audit-mono);
    font-size: 12px;
  }
  .badge {
    display: inline-block;
    max-width: 100%;
    padding: 1px 7px;
    border-radius: 99px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 12px;
    font-weight: 550;
    color: var(--audit-other);
    background: var(--audit-other-bg);
  }
  .badge.create {
    color: var(--audit-create);
    background: var(--audit-create-bg);
  }
  .badge.update {
    color: var(--audit-update);
    background: var(--audit-update-bg);
  }
  .badge.delete,
  .badge.failure,
  .badge.denied {
    color: var(--audit-delete);
    background: var(--audit-delete-bg);
  }
  .badge.started {
    color: var(--audit-warning);
    background: var(--audit-warning-bg);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* Names and values of others: they keep their own direction, and cannot turn what is around them. */
  .foreign {
    unicode-bidi: isolate;
    overflow-wrap: anywhere;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`
