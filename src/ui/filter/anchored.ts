/**
 * Keeps a popup below its anchor, or above where there is more room, as long as it is open; wherever what
 * scrolls or changes its size is, which no event tells across shadow roots.
 */
export function keepAnchored(popup: HTMLElement, anchor: Element): void {
  let last = ''
  const place = () => {
    if (!popup.isConnected || !popup.matches(':popover-open')) return
    const at = anchor.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = popup
    const { clientWidth, clientHeight } = document.documentElement
    const isRightToLeft = getComputedStyle(anchor).direction === 'rtl'
    const isAbove = at.bottom + height + 8 > clientHeight && at.top > clientHeight - at.bottom
    const left = isRightToLeft ? at.right - width : at.left
    const x = Math.max(8, Math.min(left, clientWidth - width - 8))
    const y = isAbove ? Math.max(8, at.top - height - 6) : at.bottom + 6
    const next = `${x} ${y}`
    if (next !== last) {
      popup.style.setProperty('left', `${x}px`)
      popup.style.setProperty('top', `${y}px`)
    }
    last = next
    requestAnimationFrame(place)
  }
  place()
}

/** Escape has closed the popup, and is not to close what is around it. */
export function keepEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.stopPropagation()
}
