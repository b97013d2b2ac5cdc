import { expect, type Page } from '@playwright/test'
import { openDialog } from './awake'
import { expectFits } from './axe'
import { test } from './fixtures'
import { MODEL, rolloutsIn, untilFree, VERSION } from './rollouts'

async function setDataClass(page: Page, dataClass: string): Promise<void> {
  await page.goto(`/models/${MODEL}`)
  const dialog = await openDialog(page, 'Edit')
  await dialog.getByLabel('Data', { exact: true }).selectOption(dataClass)
  await dialog.getByRole('button', { name: 'Save the model' }).click()
  await expect(dialog).toHaveCount(0, { timeout: 30_000 })
  await expect(page.getByText(`${dataClass} data`, { exact: true })).toBeVisible({ timeout: 30_000 })
}

test('restricted data that is live in a cloud is said with the way out, is launched there no more, and an environment says which data it serves', async ({
  page,
  signIn,
  openAs,
  expectAccessible,
}) => {
  test.setTimeout(360_000)
  await untilFree('prod-hybrid')
  await untilFree('trial')
  await signIn('engineer')
  await setDataClass(page, 'restricted')
  try {
    const wrong = `${MODEL} works on restricted data, which stays on-prem, and prod-hybrid runs on cloud-1 in a cloud.`
    await expect(page.getByRole('status').filter({ hasText: wrong })).toContainText('retire it here', { timeout: 30_000 })
    await expectAccessible('a model whose data is in the wrong place')
    await expectFits(page, 360)
    await page.setViewportSize({ width: 1280, height: 720 })

    await page.goto('/')
    await page.getByRole('listitem').filter({ hasText: wrong }).getByRole('link', { name: 'Move it' }).click()
    await page.waitForURL('**/endpoints/*', { timeout: 60_000 })
    await expect(page.getByRole('status').filter({ hasText: wrong })).toBeVisible()

    const before = await rolloutsIn('prod-hybrid')
    await page.goto(`/rollouts/new?model=${MODEL}&version=${VERSION.better}&environment=prod-hybrid`)
    await expect(page.getByText('Works on restricted data.')).toBeVisible()
    await expect(page.getByText('Serves internal data at most.')).toBeVisible()
    await expect(page.getByText(wrong).first()).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: `Launch ${MODEL} v${VERSION.better} in prod-hybrid` }).click()
    await expect(page.getByLabel('Environment')).toHaveAttribute('aria-invalid', 'true', { timeout: 30_000 })
    expect(await rolloutsIn('prod-hybrid')).toHaveLength(before.length)
  } finally {
    await setDataClass(page, 'public')
  }
  await expect(page.getByText('Data in the wrong place')).toHaveCount(0, { timeout: 30_000 })

  const admin = await openAs('admin')
  await admin.goto('/environments/prod-hybrid')
  await expect(admin.getByText('Callers choose the cluster by its address.')).toContainText('not between on-prem and cloud')
  const dialog = await openDialog(admin, 'Edit')
  await expect(dialog.getByLabel('Serves at most').locator('option')).toHaveText(['public data', 'internal data'])
})
