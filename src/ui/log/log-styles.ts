import { css } from 'lit'

export const logStyles = css`
  :host {
    display: block;
    height: 100%;
    min-height: 480px;
    container-type: inline-size;
  }
  .log {
    position: relative;
    display: flex;
    height: 100%;
    min-height: inherit;
  }
  .main {
    flex: 1;
    display: flex;
    flex-direction: column;
    gap: 12px;
    min-width: 0;
    padding: 16px 20px 0;
    overflow: auto;
  }
  audit-entry-panel {
    flex: none;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 4px 10px;
    margin-inline-end: auto;
  }
  :is(h1, h2, h3) {
    margin: 0;
    font-size: 18px;
    font-weight: 620;
    line-height: 30px;
  }
  .count {
    font-variant-numeric: tabular-nums;
  }
  .skip:not(:focus) {
    position: absolute;
    width: 1px;
    height: 1px;
    min-height: 0;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .skip {
    position: absolute;
    z-index: 3;
    inset-block-start: 8px;
    inset-inline-start: 8px;
  }
  .live::before {
    content: '';
    width: 8px;
    height: 8px;
    border: 1.5px solid var(--audit-muted);
    border-radius: 50%;
  }
  .live[aria-pressed='true']::before {
    border-color: var(--audit-create);
    background: var(--audit-create);
    animation: live 2s infinite;
  }
  .live.is-lost::before {
    border-color: var(--audit-delete);
    background: none;
    animation: none;
  }
  @keyframes live {
    50% {
      opacity: 0.35;
    }
  }
  .lost {
    color: var(--audit-delete);
    font-size: 12px;
  }
  .help {
    min-width: 30px;
    justify-content: center;
  }
  .chart > summary {
    width: fit-content;
    min-height: 24px;
    padding-inline-end: 8px;
    border-radius: 4px;
    color: var(--audit-muted);
    font-size: 12px;
    line-height: 24px;
    cursor: pointer;
  }
  .body {
    position: relative;
    flex: 1 0 280px;
    display: flex;
    flex-direction: column;
    min-height: 280px;

  }
  audit-table {
    flex: 1;
    min-height: 0;
  }
  .busy {
    position: absolute;
    z-index: 2;
    inset-block-start: -1px;
    inset-inline: 0;
    height: 2px;
    background: linear-gradient(90deg, transparent, var(--audit-accent), transparent) 0 / 50% 100%;
    animation: busy 1.2s infinite linear;
  }
  @keyframes busy {
    from {
      background-position-x: -100%;
    }
    to {
      background-position-x: 200%;
    }
  }
  .fresh {
    position: absolute;
    z-index: 2;
    inset-block-start: 40px;
    inset-inline: 0;
    display: flex;
    justify-content: center;
    pointer-events: none;
  }
  .fresh button {
    border-radius: 99px;
    box-shadow: 0 4px 14px rgb(0 0 0 / 22%);
    pointer-events: auto;
  }
  .fresh button:hover {
    border-color: var(--audit-accent);
    background: var(--audit-accent);
    text-decoration: underline;
  }
  .view {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 8px;
    flex: 1;
    padding: 32px 20px;
    text-align: center;
  }
  .view :is(p, h2, h3, h4) {
    max-width: 52ch;
    margin: 0;
    text-wrap: balance;
  }
  .view :is(h2, h3, h4) {
    font-size: 15px;
    font-weight: 600;
  }
  .view svg {
    width: 40px;
    height: 40px;
    fill: none;
    stroke: var(--audit-control-border);
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 6px;
    max-width: 640px;
    margin-block-start: 6px;
  }
  .choices button {
    max-width: 320px;
  }
  .choices span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 6px 20px;
    background: var(--audit-delete-bg);
    color: var(--audit-delete);
  }
  @container (max-width: 600px) {
    .main {
      padding: 12px 12px 0;
    }
  }
`
