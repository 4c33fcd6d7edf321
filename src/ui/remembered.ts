/** What a viewer chose before, in this browser. It may be full, or not allowed: then nothing is kept. */

const prefix = 'prisma-extension-audit:'

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value)
  } catch {
    // It is asked for again the next time.
  }
}
