/**
 * Takes the pictures of this folder: starts the demo, and shows each state in both themes.
 *
 *   npm run screenshots              all of them
 *   npm run screenshots -- entry     those whose name begins so
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startApplication } from '../../test/examples/application.ts'
import { launchOptions } from '../../test/ui/browser.ts'
import { smaller } from './png.ts'
import { type State, states } from './states.ts'

const themes = ['light', 'dark'] as const

const wanted = states.filter(({ name }) => name.startsWith(process.argv[2] ?? ''))
const demo = await startApplication('examples/orchestrator/main.ts', {
  DEMO_WEEKS: '4',
  DEMO_STEP_DELAY: '1500',
})
const browser = await chromium.launch(launchOptions)
try {
  const storageState = await signIn(browser)
  for (const state of wanted) {
    for (const theme of themes) await take(state, theme, storageState)
  }
} finally {
  await browser.close()
  await demo.stop()
}

type StorageState = Awaited<ReturnType<typeof signIn>>

async function take(
  state: State,
  theme: 'light' | 'dark',
  storageState: StorageState,
): Promise<void> {
  const { name, width = 1280, height = 800, locale = 'en-US', letters } = state
  const context = await browser.newContext({
    ...{ colorScheme: theme, locale, timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' },
    viewport: { width, height },
    storageState,
  })
  context.setDefaultTimeout(30_000)
  try {
    const page = await context.newPage()
    if (letters && !(await hasFont(page, letters))) {
      console.log(`${name}-${theme}: left out, as there is no font for ${letters}`)
      return
    }
    await state.show(page, demo.url)
    const path = fileURLToPath(new URL(`${name}-${theme}.png`, import.meta.url))
    await page.screenshot({ path })
    await writeFile(path, smaller(await readFile(path)))
    console.log(`${name}-${theme}`)
  } finally {
    await context.close()
  }
}

/** Once for all pictures: the trail tells of it. */
async function signIn(browser: Browser) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`${demo.url}/app/`)
    await page.getByRole('button', { name: 'Sign in as Ada' }).click()
    await page.getByRole('heading', { name: 'Resources' }).waitFor()
    return await context.storageState()
  } finally {
    await context.close()
  }
}

/** What lacks a font is drawn as the same box. */
function hasFont(page: Page, letters: string): Promise<boolean> {
  return page.evaluate((text) => {
    const drawn = [...text].map((letter) => {
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      context?.fillText(letter, 10, 20)
      return canvas.toDataURL()
    })
    return new Set(drawn).size === drawn.length
  }, letters)
}
