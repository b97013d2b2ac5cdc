import { type BrowserContext, expect } from '@playwright/test'
import { awake } from './awake'
import { axeFindings, expectFits } from './axe'
import { type ExampleRole, enterAs, test } from './fixtures'
import { filled, routes, seenBy } from './routes'

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>
const cookies = new Map<ExampleRole, Cookies>()

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  for (const role of ['engineer', 'approver', 'admin'] as const) {
    const context = await browser.newContext()
    await enterAs(await context.newPage(), role)
    cookies.set(role, await context.cookies())
    await context.close()
  }
})

for (const route of routes()) {
  test(`${route} is quiet, has one heading, fits 360 px, and axe finds nothing in light and dark`, async ({ page, context }, info) => {
    test.setTimeout(120_000)
    const role = seenBy(route)
    if (role) await context.addCookies(cookies.get(role) ?? [])
    const answer = await page.goto(await filled(route))
    expect(answer?.status()).toBe(200)
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
    for (const width of [1280, 360]) {
      await expectFits(page, width)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await axeFindings(page), `${width} px, ${colorScheme}`).toEqual([])
        await page.screenshot({ path: info.outputPath(`${width}-${colorScheme}.png`), fullPage: true })
      }
    }
  })
}

test('a page keeps its title while it is rendered again', async ({ page, context }) => {
  await context.addCookies(cookies.get('engineer') ?? [])
  await page.goto('/endpoints')
  await page.evaluate(() => {
    const titles = new Set([document.title])
    new MutationObserver(() => titles.add(document.title)).observe(document.head, { childList: true, subtree: true, characterData: true })
    Object.assign(window, { titles })
  })
  const chosen = await awake(page.getByRole('combobox', { name: 'Environment' }))
  for (const name of ['trial', '', 'trial', '']) {
    await chosen.selectOption(name)
    await page.waitForURL((url) => (url.searchParams.get('environment') ?? '') === name)
  }
  expect(await page.evaluate(() => [...(window as unknown as { titles: Set<string> }).titles])).toEqual(['Endpoints · Slipway'])
})

test('? lists the keys, Ctrl-K opens the palette, and Tab reaches the main action with a visible focus', async ({ page, context }) => {
  test.setTimeout(120_000)
  await context.addCookies(cookies.get('engineer') ?? [])
  await page.goto('/')
  await expect(async () => {
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill('prod-hybrid')
  await expect(page.getByRole('option', { name: /prod-hybrid/ }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  const action = page.getByRole('link', { name: 'Launch a version', exact: true })
  for (let pressed = 0; pressed < 40 && !(await action.evaluate((link) => link === document.activeElement)); pressed += 1)
    await page.keyboard.press('Tab')
  await expect(action).toBeFocused()
  const outline = await action.evaluate((link) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(link)
    return { drawn: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2, boxShadow }
  })
  expect(outline.drawn || outline.boxShadow !== 'none', 'the focus can be seen').toBe(true)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/rollouts/new')
})
