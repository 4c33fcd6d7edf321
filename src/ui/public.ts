/**
 * The types of `prisma-extension-audit/ui` and `/ui/activity`, whose modules are bundled for browsers. They need
 * no library to be installed.
 */
import type { AuditClient } from '../http/client.ts'
import type { Defaults, EntityHref } from './defaults.ts'
import type { PartEvents } from './events.ts'
import type { MessagesGiven } from './messages/messages.ts'

export type { FilterTerm } from '../query/filter.ts'
export type { Defaults, EntityHref } from './defaults.ts'
export type { Messages, MessagesGiven } from './messages/messages.ts'

/** What both elements take, as properties and, where they are text, as attributes. */
export interface AuditElement extends HTMLElement {
  /** Where the handler is; the attribute is `base-url`. @default where the module came from, or '/audit' */
  baseUrl: string | undefined
  /** In place of one made for `baseUrl`: with headers of its own, for example. */
  client: AuditClient | undefined
  /** @default what the system prefers */
  theme: 'light' | 'dark' | undefined
  /** In which times are shown. @default the last one that was chosen, or 'local' */
  zone: 'local' | 'utc' | undefined
  /**
   * Where the application shows an entity: a function, or a text with `{entity}` and `{id}`, which the attribute
   * `entity-href` takes. @default no links
   */
  entityHref: EntityHref | string | undefined
  addEventListener<Name extends keyof AuditEventMap>(
    type: Name,
    listener: (this: this, event: AuditEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
}

/** `<audit-activity entity="User" entity-id="42">`: the history of one entity. */
export interface AuditActivityElement extends AuditElement {
  /** The name of the entity, as entries have it. */
  entity: string | undefined
  /** Its id as text; the attribute is `entity-id`. */
  entityId: string | undefined
  /** Relation fields whose entities are shown, too: `posts,lines`. @default none */
  include: string | undefined
  /** @default the last one that was chosen, or 'timeline' */
  view: 'timeline' | 'table' | undefined
  /** Whether to be told of what comes in, instead of looking for it. @default false */
  live: boolean
  /** Reads what came in since. */
  refresh(): Promise<void>
}

/** `<audit-log>`: the whole trail. */
export interface AuditLogElement extends AuditElement {
  /** Whether the address of the page has the filter, the order and the entry. @default 'query' */
  address: 'query' | 'none'
  /** What is shown at first, where the address of the page is left alone. @default all entries */
  filter: string | undefined
  /** Of its title: 1 to 3; the attribute is `heading-level`. @default 2 */
  headingLevel: number
  /** Whether the title of the document says what is shown; the attribute is `sets-title`. @default false */
  setsTitle: boolean
  /** Whether single keys do nothing; the attribute is `no-shortcuts`. @default false */
  noShortcuts: boolean
}

/** What the elements tell; the events bubble out of them. */
export interface AuditEventMap extends HTMLElementEventMap {
  /** An entry is shown, or with `null` none any more. */
  'audit-open': CustomEvent<PartEvents['audit-open']>
  /** A name, an id, an action or a tag was clicked on. */
  'audit-filter': CustomEvent<PartEvents['audit-filter']>
  /** Something was reverted. */
  'audit-changed': CustomEvent<PartEvents['audit-changed']>
}

export declare const AuditActivity: { new (): AuditActivityElement }
export declare const AuditLog: { new (): AuditLogElement }

/** What elements go by that are not told otherwise by their attributes. */
export declare const defaults: Defaults

/** Adds a language, or changes what is said in one: `addMessages('de', { activity: { title: 'Verlauf' } })`. */
export declare function addMessages(language: string, given: MessagesGiven): void

declare global {
  interface HTMLElementTagNameMap {
    'audit-activity': AuditActivityElement
    'audit-log': AuditLogElement
  }
}
