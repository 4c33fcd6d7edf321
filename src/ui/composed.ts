/** Whether a key belongs to an input method. Of the one that ends a composition, Safari has only this code. */
export function isComposed({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229
}
