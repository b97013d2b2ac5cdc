import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { press } from './awake'
import { axeFindings } from './axe'

export type ExampleRole = 'viewer' | 'engineer' | 'approver' | 'sre' | 'admin'

interface Fixtures {
  /** What pages wrote, threw or asked of other hosts. A test that provokes a refusal takes its line out with `expectNoise`. */
  noise: string[]
  /** Fails the test when a page wrote an error to the console, threw, or asked a host other than ours. Always on. */
  quiet: undefined
  /** Waits for a line that this test provokes (a browser logs each refused fetch), and forgives it. */
  expectNoise: (line: RegExp) => Promise<void>
  /** Signs in as the example's account of a role, by its button on the sign-in page. */
  signIn: (role: ExampleRole) => Promise<void>
  /** Another person's browser, signed in; as quiet as the first. */
  openAs: (role: ExampleRole, options?: BrowserContextOptions) => Promise<Page>
  /** Axe finds nothing on the page as it stands now, in light and in dark. `what` names the state in a failure. */
  expectAccessible: (what: string) => Promise<void>
}

const LOCAL = ['127.0.0.1', 'localhost', '[::1]']

function listen(page: Page, noise: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') noise.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => noise.push(`thrown: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && !LOCAL.includes(hostname)) noise.push(`left this machine: ${request.url()}`)
  })
}

/** Signs in by the button of a role. */
export async function enterAs(page: Page, role: ExampleRole, at = '/sign-in'): Promise<void> {
  await page.goto(at)
  await press(page.getByRole('button', { name: `Sign in as ${role}` }))
  await page.waitForURL((url) => url.pathname !== '/sign-in', { timeout: 60_000 })
}

/** The journeys' test: a real browser that must stay quiet, an account per role, axe in both themes. */
export const test = base.extend<Fixtures>({
  noise: async ({ browserName: _any }, use) => use([]),
  quiet: [
    async ({ page, noise }, use) => {
      listen(page, noise)
      await use(undefined)
      expect(noise, 'the pages stayed quiet').toEqual([])
    },
    { auto: true },
  ],
  expectNoise: async ({ noise }, use) => {
    await use(async (line) => {
      await expect.poll(() => noise.some((each) => line.test(each)), `the browser says ${line}`).toBe(true)
      noise.splice(0, noise.length, ...noise.filter((each) => !line.test(each)))
    })
  },
  signIn: async ({ page }, use) => {
    await use((role) => enterAs(page, role))
  },
  openAs: async ({ browser, noise }, use) => {
    const opened: Page[] = []
    await use(async (role, options) => {
      const page = await (await browser.newContext(options)).newPage()
      opened.push(page)
      listen(page, noise)
      await enterAs(page, role)
      return page
    })
    for (const page of opened) await page.context().close()
  },
  expectAccessible: async ({ page }, use) => {
    await use(async (what) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await axeFindings(page), `${what}, ${colorScheme}`).toEqual([])
      }
      await page.emulateMedia({ colorScheme: null, reducedMotion: null })
    })
  },
})
