/** Said by several parts. */
export const common = {
  loading: 'Loading…',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  /** Where the handler refuses or cannot be reached. */
  unauthorized: 'You are not signed in, or no longer. Sign in and load the page again.',
  forbidden: 'You may not see the audit log. Ask an administrator for access.',
  notFound: 'There is nothing here, or it is outside of what you may see.',
  unreachable: 'The audit log cannot be reached. Check your connection and try again.',
  partFailed:
    'This part could not be loaded. Try again; if that does not help, load the page again: the application may have been updated.',
  tooSlow: 'This took too long. Narrow the filter, by an entity, an actor or a time.',
  failed: (message: string) => `That did not work: ${message}`,
  redacted: 'redacted',
  redactedHint: 'The value is not in the audit log.',
  masked: 'hidden',
  maskedHint: 'You may not see this value.',
  nobody: 'nobody',
  system: 'system',
  actorType: (type: string) =>
    ({ user: 'user', service: 'service', system: 'system', agent: 'agent' })[type] ?? type,
  onBehalfOf: (id: string) => `as ${id}`,
  outcome: (outcome: string) =>
    ({ success: 'success', failure: 'failure', denied: 'denied', started: 'started' })[outcome] ??
    outcome,
}
