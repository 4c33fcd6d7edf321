const changes = (count: number) => (count === 1 ? '1 change' : `${count} changes`)

export const revert = {
  open: 'Revert…',
  titleEntry: 'Revert this change',
  titleTrace: 'Revert all that was done here',
  looking: 'Looking at what would be done…',
  steps: 'What is done',
  step: (action: string) =>
    ({
      create: 'put back',
      update: 'change back',
      delete: 'delete',
      link: 'link again',
      unlink: 'unlink',
    })[action] ?? action,
  becomes: 'becomes',
  absent: 'not there',
  moreSteps: (count: number) => `and ${count} more`,
  moreFields: (count: number) => (count === 1 ? 'and 1 more field' : `and ${count} more fields`),
  nothing: 'With this choice there is nothing to do.',
  unrestorable: (count: number) =>
    count === 1 ? '1 field stays as it is' : `${count} fields stay as they are`,
  why: (reason: string) =>
    ({
      redacted: 'its value is not in the audit log',
      ignored: 'changes of it are not recorded',
      masked: 'you may not see it',
      unknown: 'what it was is not known',
      unsupported: 'it can be neither read nor written',
    })[reason] ?? reason,
  conflicts: (count: number) => `Changed since then: ${count}`,
  conflict: (reason: string) =>
    ({
      changed: 'was changed later',
      gone: 'is not there any more',
      exists: 'is there again',
      taken: 'is taken by another one',
      referenced: 'is referred to by others',
    })[reason] ?? reason,
  recorded: 'left as',
  current: 'now',
  revertTo: 'would become',
  by: (name: string) => `by ${name}`,
  showEntry: 'Show that change',
  choice: 'Which side wins?',
  choices: {
    refuse: 'None: revert nothing as long as there are later changes',
    keep: 'Later changes stay, the rest is reverted',
    revert: 'The revert wins, later values are overwritten',
  },
  reason: 'Reason (optional)',
  confirm: (count: number) => `Revert ${changes(count)}`,
  doing: 'Reverting…',
  done: (count: number) => `Done: ${changes(count)} reverted.`,
  doneHint: 'It is in the audit log, and can be reverted as well.',
  showDone: 'Show what was done',
  meanwhile: 'Nothing was reverted: something was changed meanwhile. Look at it once more.',
  refused: (message: string) => `Nothing was reverted. ${message}`,
  forbidden: 'You may not revert this. Ask someone who may revert, or an administrator.',
}
