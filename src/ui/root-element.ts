import { type AuditClient, createAuditClient } from '../http/client.ts'
import { defaults, type EntityHref } from './defaults.ts'
import { messagesOf } from './messages/messages.ts'
import { Part } from './part.ts'
import { remember, remembered } from './remembered.ts'

/**
 * What an application puts on a page. It makes what its parts share of its attributes, and gives it to them as
 * soon as its language is there.
 */
export abstract class RootElement extends Part {
  static override properties = {
    ...Part.properties,
    baseUrl: { attribute: 'base-url' },
    client: { attribute: false },
    lang: {},
    theme: { reflect: true },
    zone: {},
    entityHref: { attribute: 'entity-href' },
  }
  /** Where the handler is. @default where this module came from, or '/audit' */
  declare baseUrl: string | undefined
  /** In place of one made for `baseUrl`: with headers of its own, for example. */
  declare client: AuditClient | undefined
  /** @default what the system prefers */
  declare theme: 'light' | 'dark' | undefined
  /** In which times are shown. @default the last one that was chosen, or 'local' */
  declare zone: 'local' | 'utc' | undefined
  /** Where the application shows an entity: a function, or a text with `{entity}` and `{id}`. @default no links */
  declare entityHref: EntityHref | string | undefined

  #made: { readonly baseUrl: string; readonly client: AuditClient } | undefined
  #count = 0

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('audit-zone', this.#chooseZone)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.removeEventListener('audit-zone', this.#chooseZone)
  }

  /** Asked before anything is drawn, while there is nothing to draw by yet, too. */
  protected override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    const inputs = ['baseUrl', 'client', 'lang', 'zone', 'entityHref']
    if (!this.shared || inputs.some((name) => changed.has(name))) void this.#share()
    return super.shouldUpdate(changed)
  }

  /** Asks once more what the viewer may do, and has everything drawn anew. */
  protected async readViewer(): Promise<void> {
    const { client } = this.shared
    try {
      const viewer = await client.viewer()
      if (this.shared.client === client) this.shared = { ...this.shared, viewer }
    } catch {
      // What the viewer may not do is refused where it is tried; what is shown says why.
    }
  }

  async #share(): Promise<void> {
    const turn = ++this.#count
    const client = this.client ?? this.#clientOf(this.baseUrl ?? defaults.baseUrl)
    const { locale, text } = await messagesOf(this.#languages())
    // The attributes may have changed meanwhile.
    if (turn !== this.#count) return
    const isSame = this.shared?.client === client
    this.shared = {
      client,
      locale,
      text,
      zone: this.zone ?? (remembered('zone') === 'utc' ? 'utc' : 'local'),
      viewer: isSame ? this.shared.viewer : null,
      entityHref: entityHrefOf(this.entityHref ?? defaults.entityHref),
    }
    if (!isSame) await this.readViewer()
  }

  #clientOf(baseUrl: string): AuditClient {
    if (this.#made?.baseUrl !== baseUrl) {
      this.#made = { baseUrl, client: createAuditClient({ baseUrl }) }
    }
    return this.#made.client
  }

  /** The nearest one that is said on the page, then those of the browser. */
  #languages(): readonly string[] {
    const said: string[] = []
    for (let at: Node | null = this; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
      if (at instanceof HTMLElement && at.lang) said.push(at.lang)
    }
    return [...said.slice(0, 1), ...(said.length > 0 ? [] : navigator.languages)]
  }

  readonly #chooseZone = (event: Event) => {
    const { zone } = (event as CustomEvent<{ readonly zone: 'local' | 'utc' }>).detail
    remember('zone', zone)
    this.zone = zone
  }
}

function entityHrefOf(given: EntityHref | string | undefined): EntityHref {
  if (typeof given === 'function') return (entity, id) => safeHref(given(entity, id))
  if (!given) return () => null
  return (entity, id) =>
    safeHref(
      given
        .replaceAll('{entity}', () => encodeURIComponent(entity))
        .replaceAll('{id}', () => encodeURIComponent(id)),
    )
}

/** Addresses of pages only: a name from the trail could otherwise become `javascript:`. */
function safeHref(href: string | null): string | null {
  if (href === null || !URL.canParse(href, document.baseURI)) return null
  return ['http:', 'https:'].includes(new URL(href, document.baseURI).protocol) ? href : null
}
