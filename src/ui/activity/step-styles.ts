import { css } from 'lit'

/** The timeline: a line, with a mark on it for each step. */
export const stepStyles = css`
  .step {
    position: relative;
    display: grid;
    grid-template-columns: 34px 9px minmax(0, 1fr) 28px;
    column-gap: 10px;
    padding: 9px 8px 9px 14px;
    padding-inline: 14px 8px;
    cursor: pointer;
  }
  .step + .step {
    border-block-start: 1px solid var(--audit-border);
  }
  .step:hover {
    background: var(--audit-surface);
  }
  .version {
    padding-block-start: 3px;
    text-align: end;
    font: 550 12px/1.5 var(--audit-mono);
    color: var(--audit-muted);
  }
  /* The line runs through all steps, the mark says of what kind each is. */
  .mark::before {
    content: '';
    position: absolute;
    inset-block: -1px 0;
    margin-inline-start: 4px;
    border-inline-start: 1px solid var(--audit-border);
  }
  .step:first-child .mark::before {
    inset-block-start: 17px;
  }
  .step:last-child .mark::before {
    inset-block-end: calc(100% - 17px);
  }
  .mark::after {
    content: '';
    position: relative;
    display: block;
    inline-size: 9px;
    block-size: 9px;
    margin-block-start: 7.5px;
    border: 2px solid var(--tone);
    border-radius: 99px;
    background: var(--tone);
    box-shadow: 0 0 0 3px var(--audit-bg);
  }
  .step {
    --tone: var(--audit-other);
  }
  .step.create {
    --tone: var(--audit-create);
  }
  .step.update {
    --tone: var(--audit-update);
  }
  .step:is(.delete, .failure, .denied) {
    --tone: var(--audit-delete);
  }
  .step.started {
    --tone: var(--audit-warning);
  }
  .step.related {
    background: var(--audit-surface);
  }
  .step.related .mark::after {
    background: var(--audit-surface);
    box-shadow: 0 0 0 3px var(--audit-surface);
  }
  .step:hover .mark::after {
    box-shadow: 0 0 0 3px var(--audit-surface);
  }
  .what {
    display: grid;
    justify-items: start;
    gap: 2px;
    min-width: 0;
  }
  .said {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    min-width: 0;
    max-width: 100%;
  }
  .said b {
    min-width: 0;
    max-width: 100%;
    font-weight: 600;
  }
  .said b .as {
    font-weight: 400;
  }
  .phrase {
    min-width: 0;
    max-width: 100%;
    white-space: pre-wrap;
  }
  .phrase :is(.action, .entity) {
    vertical-align: middle;
  }
  .time {
    white-space: nowrap;
  }
  .changes {
    display: grid;
    grid-template-columns: minmax(96px, max-content) minmax(0, 1fr);
    gap: 2px 14px;
    max-width: 100%;
    margin: 2px 0;
    font: 12px/1.5 var(--audit-mono);
  }
  .changes dt {
    max-width: 260px;
    color: var(--audit-muted);
  }
  .changes dd {
    margin: 0;
    min-width: 0;
  }
  del,
  ins {
    padding: 0 4px;
    border-radius: 3px;
    text-decoration: none;
    overflow-wrap: anywhere;
  }
  del {
    background: var(--audit-removed);
  }
  ins {
    background: var(--audit-added);
  }
  .arrow {
    display: inline-block;
  }
  .arrow:dir(rtl) {
    scale: -1 1;
  }
  .none {
    font-style: italic;
  }
  .more-fields {
    font-size: 12px;
  }
  .reason {
    padding-inline-start: 8px;
    border-inline-start: 2px solid var(--audit-border);
    color: var(--audit-muted);
  }
  .error {
    color: var(--audit-delete);
  }
  button.term.tag > .muted {
    max-width: none;
  }
  .open {
    align-self: center;
    justify-content: center;
    inline-size: 28px;
    min-height: 28px;
    padding: 0;
    font-size: 16px;
    color: var(--audit-muted);
  }
`
