import { css } from 'lit'

/** For whatever shows actors, actions, entities, tags and changes, beside the controls' own styles. */
export const shownStyles = css`
  button.term {
    display: inline-flex;
    gap: 4px;
    min-width: 24px;
    max-width: 100%;
    min-height: 24px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    overflow: hidden;
    background: none;
    color: inherit;
    font-weight: inherit;
    text-align: start;
    white-space: nowrap;
  }
  button.term:hover:not(:disabled) {
    background: none;
    text-decoration: underline;
    text-decoration-color: var(--audit-control-border);
    text-underline-offset: 3px;
  }
  button.term > .foreign {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .actor,
  .action,
  .entity,
  .tags {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    max-width: 100%;
    min-width: 0;
  }
  .icon {
    flex: none;
    inline-size: 14px;
    block-size: 14px;
    fill: none;
    stroke: var(--audit-muted);
    stroke-width: 1.4;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .entity .id {
    display: inline-flex;
    align-items: center;
    min-width: 24px;
    max-width: 100%;
    min-height: 24px;
    overflow: hidden;
    text-decoration: none;
    white-space: nowrap;
  }
  .entity .id > .foreign {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .entity a.id:hover {
    text-decoration: underline;
  }
  .entity button.id {
    color: var(--audit-muted);
  }
  .tags {
    gap: 3px;
  }
  button.term.tag {
    gap: 0;
    padding: 0 5px;
    border: 1px solid var(--audit-border);
    font-size: 12px;
  }
  button.term.tag:hover:not(:disabled) {
    border-color: var(--audit-control-border);
    background: var(--audit-surface);
    text-decoration: none;
  }
  button.term.tag > .muted {
    flex: none;
    max-width: 20ch;
  }
  .rest {
    font-size: 12px;
    white-space: nowrap;
  }
  .change .name,
  .change .arrow {
    color: var(--audit-muted);
  }
`
