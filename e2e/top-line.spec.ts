import { expect } from '@playwright/test'
import { awake } from './awake'
import { test } from './fixtures'

test('the environment and the time stay in the address from page to page, and lists obey them', async ({ page, signIn }) => {
  test.setTimeout(120_000)
  await signIn('engineer')
  await page.goto('/')
  const rail = page.getByRole('navigation', { name: 'Main' })
  const rows = page.getByRole('row')
  await (await awake(page.getByRole('combobox', { name: 'Environment' }))).selectOption('trial')
  await page.waitForURL((url) => url.searchParams.get('environment') === 'trial')
  await expect(page.getByTestId('house')).toContainText('Only trial:')
  await rail.getByRole('link', { name: 'Models' }).click()
  await page.waitForURL((url) => url.pathname === '/models' && url.search === '')
  await rail.getByRole('link', { name: 'Rollouts' }).click()
  await page.waitForURL((url) => `${url.pathname}${url.search}` === '/rollouts?environment=trial')
  await expect(rows.filter({ hasText: 'trial' }).first()).toBeVisible()
  await expect(rows.filter({ hasText: 'prod-hybrid' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Time: all time' }).click()
  await page.getByRole('link', { name: 'last 30 d' }).click()
  await page.waitForURL((url) => url.search === '?environment=trial&range=30d')
  await page.getByRole('combobox', { name: 'State' }).selectOption('ended')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.waitForURL((url) => url.searchParams.get('state') === 'ended' && url.searchParams.get('range') === '30d')
  await rail.getByRole('link', { name: 'Audit' }).click()
  await page.waitForURL((url) => `${url.pathname}${url.search}` === '/audit?environment=trial&range=30d')
  await expect(rows.filter({ hasText: 'launched' }).first()).toBeVisible()
  await expect(rows.filter({ hasText: 'prod-hybrid' })).toHaveCount(0)
  await page.goBack()
  await page.waitForURL((url) => url.pathname === '/rollouts' && url.searchParams.get('environment') === 'trial')
})

test('a time that cannot be read is named, and the rest of the address still counts', async ({ page, signIn }) => {
  await signIn('viewer')
  await page.goto('/rollouts?environment=trial&range=fortnight')
  await expect(page.getByText('"fortnight" in the address cannot be read.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Environment' })).toHaveValue('trial')
})
