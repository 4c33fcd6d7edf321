import { VIEWING } from '../../viewing.ts'
import type { Messages } from '../messages/messages.ts'
import type { Step } from './steps.ts'

/** What stands for the parts of a phrase that the entry says. */
export type PhrasePart = 'entity' | 'action' | 'fields'

/** What happened in words, after the name of who did it: its text, and the parts in between. */
export function phraseOf({ activity }: Messages, { entry, isOwn }: Step): string {
  const { action, outcome, changed } = entry
  const of = (own: string, other: string) => (isOwn ? own : other)
  if (outcome === 'denied') return of(activity.denied, activity.deniedOther)
  if (action === VIEWING) return of(activity.viewed, activity.viewedOther)
  if (entry.source !== 'api' && outcome === 'success') {
    switch (action) {
      case 'create':
        return of(activity.created, activity.createdOther)
      case 'update':
        return (isOwn ? activity.updated : activity.updatedOther)(changed.length)
      case 'delete':
        return of(activity.deleted, activity.deletedOther)
      case 'link':
        return of(activity.linked, activity.linkedOther)
      case 'unlink':
        return of(activity.unlinked, activity.unlinkedOther)
    }
  }
  return of(activity.did, activity.didOther)
}

/** A phrase with its parts in their places; each is made by what it stands for. */
export function filled<Part>(
  phrase: string,
  parts: Readonly<Record<PhrasePart, () => Part>>,
): (string | Part)[] {
  return phrase
    .split(/\{(entity|action|fields)\}/)
    .map((text, index) => (index % 2 === 0 ? text : parts[text as PhrasePart]()))
}
