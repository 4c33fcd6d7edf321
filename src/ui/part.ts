import { LitElement, type PropertyDeclarations } from 'lit'
import type { Shared } from './shared.ts'

/**
 * An element that is part of another one of ours.
 *
 * Properties are declared by `static properties` and `declare`: a class field would hide the accessor that
 * draws the element again.
 */
export abstract class Part extends LitElement {
  static override properties: PropertyDeclarations = { shared: { attribute: false } }
  declare shared: Shared

  protected get text(): Shared['text'] {
    return this.shared.text
  }

  /** Nothing is drawn before there is something to draw it by. */
  protected override shouldUpdate(_changed: Map<PropertyKey, unknown>): boolean {
    return this.shared !== undefined
  }
}

/** Defines an element, unless another copy of this module has. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element)
}
