import { css } from 'lit'

/**
 * The custom properties that an application themes by, each with its light and its dark value, and what the
 * elements begin with. Text reaches the contrast of WCAG 2.2 AA on every surface that it stands on.
 */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --audit-font: Inter, ui-sans-serif, system-ui, 'Segoe UI', sans-serif;
    --audit-mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, monospace;
    --audit-bg: light-dark(#ffffff, #14171c);
    --audit-surface: light-dark(#f7f8fa, #1b1f26);
    --audit-border: light-dark(#e3e6eb, #2c323c);
    /* Of what is operated: 3 to 1 against the background. */
    --audit-control-border: light-dark(#868e9b, #6b7686);
    --audit-text: light-dark(#16191f, #e7eaf0);
    --audit-muted: light-dark(#565f6d, #9aa4b2);
    --audit-accent: light-dark(#2451cc, #86a8ff);
    --audit-on-accent: light-dark(#ffffff, #10131a);
    --audit-focus: light-dark(#2451cc, #86a8ff);
    --audit-create: light-dark(#116340, #6bd49c);
    --audit-create-bg: light-dark(#e4f5ec, #153324);
    --audit-update: light-dark(#1f4fb8, #9dbbff);
    --audit-update-bg: light-dark(#e6eefc, #1d2f54);
    --audit-delete: light-dark(#a31f18, #ff9d94);
    --audit-delete-bg: light-dark(#fbe9e7, #4a1f1b);
    --audit-other: light-dark(#5f35a6, #c7a8ff);
    --audit-other-bg: light-dark(#f0e9fb, #352554);
    --audit-warning: light-dark(#7a4b00, #f2c46d);
    --audit-warning-bg: light-dark(#fdf1d8, #3d2f12);
    --audit-removed: light-dark(#fdecea, #3a1d1b);
    --audit-removed-word: light-dark(#f6c3bd, #6e2c27);
    --audit-added: light-dark(#e6f6ec, #16301f);
    --audit-added-word: light-dark(#b5e3c6, #1f5a38);
    --audit-radius: 6px;
    font: 13px/1.45 var(--audit-font);
    color: var(--audit-text);
    background: var(--audit-bg);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none;
  }
`
