import { css } from 'lit'

export const chartStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
  }
  .plot {
    position: relative;
    block-size: 54px;
    border-block-end: 1px solid var(--audit-border);
    border-radius: 2px;
    cursor: crosshair;
    touch-action: pan-y;
    user-select: none;
  }
  .plot:focus-visible {
    outline: 2px solid var(--audit-focus);
    outline-offset: 2px;
  }
  svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    overflow: hidden;
  }
  :host(:dir(rtl)) svg {
    transform: scaleX(-1);
  }
  .is-old svg {
    opacity: 0.45;
  }
  .update {
    fill: var(--audit-update);
    background: var(--audit-update);
  }
  .create {
    fill: var(--audit-create);
    background: var(--audit-create);
  }
  .other {
    fill: var(--audit-other);
    background: var(--audit-other);
  }
  .delete {
    fill: var(--audit-delete);
    background: var(--audit-delete);
  }
  .hatch {
    stroke: var(--audit-bg);
    stroke-width: 2;
  }
  .unknown {
    stroke: var(--audit-border);
    stroke-width: 2;
  }
  .chosen {
    fill: var(--audit-update-bg);
  }
  .tip {
    position: absolute;
    z-index: 3;
    inset-block-start: calc(100% + 4px);
    display: grid;
    gap: 2px;
    inline-size: max-content;
    max-inline-size: min(320px, 100%);
    padding: 6px 10px;
    border: 1px solid var(--audit-border);
    border-radius: var(--audit-radius);
    background: var(--audit-bg);
    box-shadow: 0 4px 14px rgb(0 0 0 / 0.18);
    font-size: 12px;
    pointer-events: none;
  }
  .tip b {
    font-weight: 600;
  }
  .swatch {
    display: inline-block;
    inline-size: 8px;
    block-size: 8px;
    margin-inline-end: 5px;
    border-radius: 2px;
  }
  .under {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    align-items: center;
    justify-content: space-between;
    min-block-size: 26px;
    color: var(--audit-muted);
    font-size: 12px;
  }
  .axis {
    position: relative;
    block-size: 17px;
    overflow: hidden;
    color: var(--audit-muted);
    font-size: 11px;
  }
  .axis span {
    position: absolute;
    inset-block-start: 1px;
    inset-inline-start: var(--at);
    white-space: nowrap;
  }
  .axis .end {
    inset-inline: auto 0;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 14px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-variant-numeric: tabular-nums;
  }
  .under button {
    min-height: 24px;
    font-size: 12px;
  }
  .swatch.estimate {
    background: repeating-linear-gradient(
      135deg,
      var(--audit-control-border) 0 2px,
      transparent 2px 4px
    );
  }
  .swatch.unlooked {
    border: 1px dashed var(--audit-control-border);
  }
  .said {
    position: absolute;
    inset-block-start: 0;
    inset-inline: 0;
    display: flex;
    gap: 10px;
    align-items: center;
    justify-content: center;
    block-size: 54px;
    margin: 0;
    text-align: center;
    pointer-events: none;
  }
  .said button {
    min-height: 26px;
    pointer-events: auto;
  }
`
