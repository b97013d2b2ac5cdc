import { expect } from '@playwright/test'
import { press } from './awake'
import { countAnswers } from './client'
import { test } from './fixtures'
import { expectPhase, headline, MODEL, rolloutsIn, timelineOf, VERSION, viewOf } from './rollouts'

const ARRIVES_WITHIN_MS = 420_000

// The end of first-canary.spec.ts, after the journeys that ran meanwhile.
test.describe
  .serial('the better model', () => {
    let id = ''
    let address = ''

    test('advances by evidence through both waves to 100 % and is promoted, untouched', async ({ page, signIn }) => {
      test.setTimeout(ARRIVES_WITHIN_MS + 120_000)
      const launched = (await rolloutsIn('prod-hybrid')).find((row) => row.to === VERSION.better && row.strategy === 'canary')
      expect(launched, 'first-canary.spec.ts launches it').toBeDefined()
      id = launched?.id ?? ''
      await signIn('engineer')
      await page.goto(`/rollouts/${id}`)
      await expect(headline(page)).toContainText('v2 has all traffic.', { timeout: ARRIVES_WITHIN_MS })
      await expectPhase(page, 'promoted')
      const lines = await timelineOf(id)
      const steps = lines.filter((line) => line.what.startsWith('Goes to')).reverse()
      expect(steps.map((line) => line.what)).toEqual(
        ['on-prem-1', 'cloud-1'].flatMap((cluster) => ['25 %', '50 %', '100 %'].map((share) => `Goes to ${share} on ${cluster}`)),
      )
      const proven = steps.filter((line) => line.because === "every gate is proven within this step's limit")
      expect(proven.map((line) => line.what.slice(8, 13).trim())).toEqual(['50 %', '100 %', '50 %', '100 %'])
      expect(steps.every((line) => line.who === 'engine')).toBe(true)
      const { waves } = await viewOf(id)
      address = waves[0].address ?? ''
      for (const wave of waves) expect([...(await countAnswers(wave.address ?? '', 100)).keys()], wave.cluster).toEqual(['2'])
    })

    test('is what the alias champion names on the model page, and its history says from where', async ({ page, signIn }) => {
      await signIn('viewer')
      await page.goto(`/models/${MODEL}`)
      const champion = page.locator('div').filter({ has: page.getByText('champion', { exact: true }) })
      await expect(champion.getByRole('link', { name: 'v2', exact: true }).last()).toBeVisible()
      await page.getByText(/^History, \d+ move/).click()
      await expect(page.getByText(/moved champion from v1 to v2 by a rollout/)).toBeVisible()
    })

    test('has both names of its approval in the audit trail', async ({ page, signIn }) => {
      await signIn('viewer')
      await page.goto('/audit?verb=rollout.approve')
      const approval = page.getByRole('row').filter({ hasText: 'Avery Approver (signed in: Erin Engineer)' })
      await expect(approval.filter({ hasText: 'rollout.approve' }).first()).toBeVisible()
    })

    test('is sent back to the version before it from its endpoint row, in two clicks', async ({ page, signIn }) => {
      test.setTimeout(180_000)
      await signIn('sre')
      await page.goto('/endpoints')
      const row = page.getByRole('row').filter({ hasText: 'prod-hybrid' })
      await press(row.getByRole('button', { name: 'Return to v1' }))
      await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v1' }).click()
      await expect(headline(page)).toHaveText('v1 has all traffic again.', { timeout: 120_000 })
      expect([...(await countAnswers(address, 100)).keys()]).toEqual(['1'])
    })
  })
