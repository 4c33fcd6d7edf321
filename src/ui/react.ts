'use client'

import {
  createElement,
  type ForwardedRef,
  forwardRef,
  type HTMLAttributes,
  type ReactNode,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import type { AuditClient } from '../http/client.ts'
import type { EntityHref } from './defaults.ts'
import type { PartEvents } from './events.ts'
import { loadActivity, loadAll } from './load-elements.js'
import type { AuditActivityElement, AuditElement, AuditLogElement } from './public.ts'

/** What both components take, beside `className`, `style`, `id` and the like. */
export interface AuditElementProps extends Omit<HTMLAttributes<HTMLElement>, 'children'> {
  /** Where the handler is. @default '/audit' */
  readonly baseUrl?: string | undefined
  /** In place of one made for `baseUrl`: with headers of its own, for example. */
  readonly client?: AuditClient | undefined
  /** @default what the system prefers */
  readonly theme?: 'light' | 'dark' | undefined
  /** In which times are shown. @default the last one that was chosen, or 'local' */
  readonly zone?: 'local' | 'utc' | undefined
  /** Where the application shows an entity: a function, or a text with `{entity}` and `{id}`. @default no links */
  readonly entityHref?: EntityHref | string | undefined
  /** An entry is shown, or with `null` none any more. */
  readonly onOpen?: ((id: string | null) => void) | undefined
  /** A name, an id, an action or a tag was clicked on. */
  readonly onFilter?: ((filter: PartEvents['audit-filter']) => void) | undefined
  /** Something was reverted. */
  readonly onChanged?: ((changed: PartEvents['audit-changed']) => void) | undefined
}

export interface AuditActivityProps extends AuditElementProps {
  /** The name of the entity, as entries have it. */
  readonly entity: string
  readonly entityId: string | number | bigint
  /** Relation fields whose entities are shown, too. @default none */
  readonly include?: string | readonly string[] | undefined
  /** @default the last one that was chosen, or 'timeline' */
  readonly view?: 'timeline' | 'table' | undefined
  /** Whether to be told of what comes in, instead of looking for it. @default false */
  readonly live?: boolean | undefined
}

export interface AuditLogProps extends AuditElementProps {
  /** Whether the address of the page has the filter, the order and the entry. @default 'query' */
  readonly address?: 'query' | 'none' | undefined
  /** What is shown at first, where the address of the page is left alone. @default all entries */
  readonly filter?: string | undefined
  /** Of its title: 1 to 3. @default 2 */
  readonly headingLevel?: number | undefined
  /** Whether the title of the document says what is shown. @default false */
  readonly setsTitle?: boolean | undefined
  /** Whether single keys do nothing. @default false */
  readonly noShortcuts?: boolean | undefined
}

/** The history of one entity. */
export const AuditActivity = forwardRef<AuditActivityElement, AuditActivityProps>(
  function AuditActivity({ entity, entityId, include, view, live, ...props }, ref) {
    const attributes = {
      ...{ entity, 'entity-id': String(entityId), include: include?.toString(), view },
      // React 19 sets the property of an element that is loaded: an empty text would be false.
      live: live || undefined,
    }
    return useAuditElement('audit-activity', props, attributes, ref)
  },
)

/** The whole trail. */
export const AuditLog = forwardRef<AuditLogElement, AuditLogProps>(function AuditLog(
  { address, filter, headingLevel, setsTitle, noShortcuts, ...props },
  ref,
) {
  const attributes = {
    ...{ address, filter, 'heading-level': headingLevel },
    'sets-title': setsTitle ? '' : undefined,
    'no-shortcuts': noShortcuts ? '' : undefined,
  }
  return useAuditElement('audit-log', props, attributes, ref)
})

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** On a server there is nothing to lay out, of which React 18 warns. */
const useBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect

function useAuditElement<Element extends AuditElement>(
  tag: 'audit-activity' | 'audit-log',
  props: AuditElementProps,
  attributes: Attributes,
  ref: ForwardedRef<Element>,
): ReactNode {
  const { baseUrl, client, theme, zone, entityHref, onOpen, onFilter, onChanged, ...others } = props
  const { className, ...native } = others
  const element = useRef<Element>(null)
  useImperativeHandle(ref, () => element.current as Element, [])
  useBeforePaint(() => {
    if (element.current) Object.assign(element.current, { client, entityHref })
  }, [client, entityHref])
  useListener(element, 'audit-open', ({ id }) => onOpen?.(id))
  useListener(element, 'audit-filter', (filter) => onFilter?.(filter))
  useListener(element, 'audit-changed', (changed) => onChanged?.(changed))
  useEffect(() => {
    // What is not loaded stays empty; the browser's console says why.
    void (tag === 'audit-log' ? loadAll() : loadActivity())
  }, [tag])
  // React 18 gives custom elements attributes only, by the names that HTML has for them.
  return createElement(tag, {
    ...native,
    ...attributes,
    ...{ class: className, 'base-url': baseUrl, theme, zone, ref: element },
  })
}

function useListener<Name extends keyof PartEvents>(
  element: { readonly current: AuditElement | null },
  name: Name,
  listener: (detail: PartEvents[Name]) => void,
): void {
  const latest = useRef(listener)
  useBeforePaint(() => {
    latest.current = listener
  })
  useEffect(() => {
    const target = element.current
    const listen = (event: Event) => latest.current((event as CustomEvent).detail)
    target?.addEventListener(name, listen)
    return () => target?.removeEventListener(name, listen)
  }, [element, name])
}

/** For those who write the elements themselves. */
interface AuditElementAttributes<Element> extends HTMLAttributes<Element>, RefAttributes<Element> {
  readonly class?: string | undefined
  readonly 'base-url'?: string | undefined
  readonly theme?: 'light' | 'dark' | undefined
  readonly zone?: 'local' | 'utc' | undefined
  readonly 'entity-href'?: string | undefined
}

interface AuditActivityAttributes extends AuditElementAttributes<AuditActivityElement> {
  readonly entity: string
  readonly 'entity-id': string
  readonly include?: string | undefined
  readonly view?: 'timeline' | 'table' | undefined
  readonly live?: boolean | undefined
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'audit-activity': AuditActivityAttributes
      'audit-log': AuditElementAttributes<AuditLogElement>
    }
  }
}
