import { expect } from '@playwright/test'
import { countAnswers } from './client'
import { test } from './fixtures'
import { expectPhase, headline, launchByForm, untilFree, VERSION, viewOf } from './rollouts'

test('a held rollout says what may be done and what follows; back to 0 % takes every request and keeps the preview, resuming begins again', async ({
  page,
  signIn,
  openAs,
  expectAccessible,
}) => {
  test.setTimeout(420_000)
  await untilFree('trial')
  await signIn('engineer')
  const id = await launchByForm(page, { version: VERSION.better, environment: 'trial' })
  const first = (await viewOf(id)).steps.find((step) => step > 0) ?? 0
  await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 120_000 }).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expectPhase(page, 'paused')
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

  const viewer = await openAs('viewer')
  await viewer.goto(`/rollouts/${id}`)
  await expect(viewer.getByText('Begins again at')).toBeVisible()
  await expect(viewer.getByRole('button', { name: /Resume|Back|Return|Extend/ })).toHaveCount(0)

  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 60_000 }).toBe(first)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Return to v1' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v1' }).click()
  await expect(headline(page)).toContainText('Stopped; v1 has all traffic', { timeout: 60_000 })
})
