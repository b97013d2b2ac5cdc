import { expect, type Page } from '@playwright/test'
import { awake, press } from './awake'
import { countAnswers } from './client'
import { test } from './fixtures'
import { expectPhase, headline, launchByForm, untilFree, VERSION, viewOf } from './rollouts'

/** Adds a drift gate to the policy of trial, as a dry run: it may not change what happens to the rollout. */
async function addDriftGate(page: Page): Promise<void> {
  await page.goto('/environments/trial/policy')
  const gates = page.getByRole('group', { name: 'Gates', exact: true })
  const features = gates.getByLabel('Features, one a line')
  await (await awake(gates.getByLabel('Another gate'))).selectOption('Input drift')
  await press(gates.getByRole('button', { name: 'Add the gate' }))
  await expect(features).toBeVisible()
  await gates.getByLabel('Tolerated difference, times').fill('1')
  await gates.getByRole('checkbox', { name: /^Dry run/ }).check()
  await page.getByRole('button', { name: /^Save as version/ }).click()
  await expect(gates.getByLabel('Tolerated difference, times'), 'led to what is wrong').toBeFocused()
  await expect(gates.getByText('At least 1.02.')).toBeVisible()
  await gates.getByLabel('Tolerated difference, times').fill('1.2')
  await page.getByRole('button', { name: /^Save as version/ }).click()
  await page.waitForURL('**/environments/trial', { timeout: 30_000 })
  await expect(page.getByText('a share 1.2x off').first()).toBeVisible()
}

test('a held rollout shows the gate that an admin just added to the policy by its form, and says what may be done and what follows; back to 0 % takes every request and keeps the preview, copies of requests go to the candidate until they are ended, resuming begins again; a question that was open when the rollout was paused stays open', async ({
  page,
  signIn,
  openAs,
  expectAccessible,
}) => {
  test.setTimeout(420_000)
  await untilFree('trial')
  const admin = await openAs('admin')
  await addDriftGate(admin)
  await admin.close()
  await signIn('engineer')
  const id = await launchByForm(page, { version: VERSION.better, environment: 'trial' })
  const first = (await viewOf(id)).steps.find((step) => step > 0) ?? 0
  await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 120_000 }).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expectPhase(page, 'paused')
  await expect(page.getByRole('region', { name: 'Input drift' })).toContainText('Judged and shown, never acted on.')
  const offers = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^(Resume|Back to 0 %|Return to v1)$/ }) })
  await expect(offers).toHaveCount(3)
  await expect(offers.filter({ hasText: 'Resume' })).toContainText(
    /with a new dwell\. At the present [\d.,]+ requests\/s .* (to decide|cannot decide)/,
  )
  await expect(offers.filter({ hasText: 'Back to 0 %' })).toContainText('within about 15 s. The rollout stays live')
  await expectAccessible('a paused rollout and what may be done')

  await page.getByRole('button', { name: 'Back to 0 %' }).click()
  await expect(headline(page)).toContainText('Held at 0 %')
  await expect(headline(page)).toContainText('Erin Engineer took the candidate back to 0 %')
  await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 60_000 }).toBe(0)
  const address = (await viewOf(id)).waves[0].address ?? ''
  expect(await countAnswers(address, 200), 'everyone').toEqual(new Map([['1', 200]]))
  expect(await countAnswers(address, 20, { 'x-slipway-arm': 'candidate' }), 'pinned').toEqual(new Map([['2', 20]]))

  const offer = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Mirror / }) })
  await expect(offer).toContainText('a model with side effects acts twice. Nobody gets its answers to them, and they are never evidence.')
  await offer.getByRole('button').click()
  await expect(page.getByTestId('copies')).toContainText('Copies of')
  const sent = async () => {
    expect(await countAnswers(address, 50), 'everyone, while copies are sent').toEqual(new Map([['1', 50]]))
    return (await viewOf(id)).mirror?.n ?? 0
  }
  await expect.poll(sent, { timeout: 60_000 }).toBeGreaterThan(0)
  await expect(page.getByTestId('copies')).toContainText(/Last 5 min: .* bad, p95 .* ms, n [\d,]+/)
  await expectAccessible('a held rollout with copies')
  await page.getByRole('button', { name: 'End the copies' }).click()
  await expect(page.getByTestId('copies')).toContainText('No more copies are sent.')

  const viewer = await openAs('viewer')
  await viewer.goto(`/rollouts/${id}`)
  await expect(viewer.getByText('Begins again at')).toBeVisible()
  await expect(viewer.getByRole('button', { name: /Resume|Back|Return|Extend/ })).toHaveCount(0)

  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 60_000 }).toBe(first)
  await page.getByRole('button', { name: 'Return to v1' }).click()
  const sre = await openAs('sre')
  await sre.goto(`/rollouts/${id}`)
  await press(sre.getByRole('button', { name: 'Pause' }))
  await expect(page.getByText('What may be done now'), 'behind the question, its button has moved').toBeVisible()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v1' }).click()
  await expect(headline(page)).toContainText('Stopped; v1 has all traffic', { timeout: 60_000 })
})
