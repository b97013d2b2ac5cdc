import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'

export type ExampleRole = 'viewer' | 'engineer' | 'approver' | 'sre' | 'admin'

interface Fixtures {
  /** Signs in as the example's account of a role, by its button on the sign-in page. */
  signIn: (role: ExampleRole) => Promise<void>
  /** Axe finds nothing on the page as it stands now, in light and in dark. `what` names the state in a failure. */
  expectAccessible: (what: string) => Promise<void>
  /** Fails the test when the page wrote an error to the console, threw, or asked a host other than ours. Always on. */
  quiet: undefined
}

const LOCAL = ['127.0.0.1', 'localhost', '[::1]']

/** The journeys' test: a real browser that must stay quiet, an account per role, axe in both themes. */
export const test = base.extend<Fixtures>({
  quiet: [
    async ({ page }, use) => {
      const noise: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') noise.push(`console: ${message.text()} (${message.location().url})`)
      })
      page.on('pageerror', (error) => noise.push(`thrown: ${error.message}`))
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url())
        if (protocol.startsWith('http') && !LOCAL.includes(hostname)) noise.push(`left this machine: ${request.url()}`)
      })
      await use(undefined)
      expect(noise, 'the page stayed quiet').toEqual([])
    },
    { auto: true },
  ],
  signIn: async ({ page }, use) => {
    await use(async (role) => {
      await page.goto('/sign-in')
      await page.getByRole('button', { name: `Sign in as ${role}` }).click()
      await page.waitForURL((url) => url.pathname !== '/sign-in')
    })
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

const AXE = path.join(import.meta.dirname, '../node_modules/axe-core/axe.min.js')
const RULES: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }

interface WithAxe {
  axe: { run(root: Document, options: RunOptions): Promise<AxeResults> }
}

/** Rule, element and reason of each finding. */
async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'))
  const results = await page.evaluate((options) => (window as unknown as WithAxe).axe.run(document, options), RULES)
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
}

/** Nothing scrolls sideways at this width. */
export async function expectFits(page: Page, width: number): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width, height: 780 })
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `nothing scrolls sideways at ${width} px`)
    .toBeLessThanOrEqual(0)
  if (before) await page.setViewportSize(before)
}
