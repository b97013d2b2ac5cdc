import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'

const AXE = path.join(import.meta.dirname, '../node_modules/axe-core/axe.min.js')
const RULES: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }

interface WithAxe {
  axe: { run(root: Document, options: RunOptions): Promise<AxeResults> }
}

/** Rule, element and reason of each finding. */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'))
  // A change of theme fades: only what it ends in is judged, after the frame in which it begins.
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
  })
  const results = await page.evaluate((options) => (window as unknown as WithAxe).axe.run(document, options), RULES)
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
}

/** Nothing scrolls sideways at this width, which stays. */
export async function expectFits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 780 })
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `nothing scrolls sideways at ${width} px`)
    .toBeLessThanOrEqual(0)
}
