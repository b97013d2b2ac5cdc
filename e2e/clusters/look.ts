import { type Page, test } from '@playwright/test'
import { expectFits } from '../axe'

/** One screenshot at each width, for people to look at. */
export async function look(page: Page, name: string): Promise<void> {
  for (const width of [1280, 360]) {
    await expectFits(page, width)
    await page.screenshot({ path: test.info().outputPath(`${name}-${width}.png`), fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 720 })
}
