import { expect } from '@playwright/test'
import { press } from './awake'
import { countAnswers, expectShare } from './client'
import { test } from './fixtures'
import { headline, MODEL, openLaunchForm, rolloutId, untilFree, VERSION, viewOf } from './rollouts'

/** Requests of the test's own client at the first step. */
const SENT = 400

// It goes on by itself while other journeys run; promoted.spec.ts meets it again at the end.
test('the better model, launched in the form and approved as the approver, gets the share that its step says', async ({ page, signIn }) => {
  test.setTimeout(420_000)
  await untilFree('prod-hybrid')
  await signIn('engineer')
  const { outlook, launch } = await openLaunchForm(page, { version: VERSION.better, environment: 'prod-hybrid' })
  for (const step of ['25 %', '50 %', '100 %']) await expect(outlook.getByText(step, { exact: true })).toBeVisible()
  await expect(outlook.getByText(/about \d+ (s|min)/).first(), 'minutes to decide').toBeVisible()
  await expect(page.getByText('1, before it starts')).toBeVisible()
  await launch.click()
  const id = await rolloutId(page)
  await expect(headline(page)).toContainText('Waits for 1 approval')
  await expect(page.getByRole('button', { name: 'Approve' }), 'the author has no such button').toHaveCount(0)

  await page.getByRole('button', { name: 'Account: Erin Engineer' }).click()
  await page.getByRole('menuitem', { name: /Avery Approver/ }).click()
  await expect(page.getByRole('button', { name: 'Account: Avery Approver, signed in as Erin Engineer' })).toBeVisible({ timeout: 60_000 })
  await page.goto('/')
  await press(page.getByRole('link', { name: 'Open the approval' }))
  await press(page.getByRole('button', { name: 'Approve', exact: true }))
  await page.getByRole('button', { name: `Approve ${MODEL} v2 in prod-hybrid` }).click()
  await expect(page.getByText(`You approved ${MODEL} v2 in prod-hybrid.`)).toBeVisible({ timeout: 30_000 })

  const first = async () => (await viewOf(id)).waves[0]
  await expect.poll(async () => (await first()).acknowledged, { timeout: 120_000 }).toBe(2_500)
  const [onPrem, cloud] = (await viewOf(id)).waves
  const seen = await countAnswers(onPrem.address ?? '', SENT)
  expect((await first()).desired, 'still at its first step').toBe(2_500)
  expectShare(seen.get('2') ?? 0, SENT, 0.25)
  expect((seen.get('1') ?? 0) + (seen.get('2') ?? 0), 'nothing else answers').toBe(SENT)
  expect(cloud.state, 'the second wave waits').toBe('waits')
  expect([...(await countAnswers(cloud.address ?? '', 100)).keys()]).toEqual(['1'])
})
