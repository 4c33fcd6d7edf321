const rightToLeft = ['ar', 'fa', 'he', 'ur']

/** The direction of a language; `null` where the page around says its own, which holds. */
export function directionOf(element: Element, locale: string): 'ltr' | 'rtl' | null {
  for (let at: Node | null = element; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
    if (at instanceof Element && at.hasAttribute('dir')) return null
  }
  return rightToLeft.includes(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr'
}
