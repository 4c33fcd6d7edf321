import { existsSync } from 'node:fs'

/** Where the browser is: `AUDIT_TEST_CHROMIUM`, or where Linux, macOS and Windows have it. */
const paths = [
  process.env.AUDIT_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
export const chromiumPath = paths.find((path) => path && existsSync(path))

export const launchOptions = {
  ...(chromiumPath && { executablePath: chromiumPath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
