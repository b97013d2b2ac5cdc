import { expect } from '@playwright/test'
import { press } from './awake'
import { countAnswers } from './client'
import { test } from './fixtures'
import { expectPhase, headline, launchByForm, MODEL, openLaunchForm, rolloutId, untilFree, VERSION, viewOf } from './rollouts'

test.describe
  .serial('a person first', () => {
    let id = ''

    test('of two launches at once one begins, and the other is told which one is live and led there', async ({ page, signIn, openAs }) => {
      test.setTimeout(360_000)
      await untilFree('trial')
      await signIn('engineer')
      const other = await openAs('engineer')
      const choice = { version: VERSION.better, environment: 'trial' } as const
      const forms = [await openLaunchForm(page, choice), await openLaunchForm(other, choice)]
      await Promise.all(forms.map(({ launch }) => launch.click()))
      const [winner, loser] = await Promise.any([page, other].map(async (each) => rolloutId(each).then(() => each))).then((first) =>
        first === page ? [page, other] : [other, page],
      )
      id = await rolloutId(winner)
      await expect(loser.getByText(`A rollout of ${MODEL} to v2 in trial is live already`)).toBeVisible({ timeout: 30_000 })
      await expect(loser.getByRole('link', { name: 'see it' })).toHaveAttribute('href', `/rollouts/${id}`)
    })

    test('pause holds it where it is, a viewer sees so and is told who may go on, resume goes on', async ({ page, signIn, openAs }) => {
      test.setTimeout(180_000)
      await signIn('sre')
      await page.goto(`/rollouts/${id}`)
      await expect(headline(page)).toContainText('At 10 %', { timeout: 90_000 })
      await page.getByRole('button', { name: 'Pause' }).click()
      await expect(headline(page)).toContainText('Paused at 10 %. Sam Reliability paused it.')
      await expectPhase(page, 'paused')

      const viewer = await openAs('viewer')
      await viewer.goto(`/rollouts/${id}`)
      await expect(headline(viewer)).toContainText('Paused at 10 %')
      await expect(viewer.getByRole('button', { name: /Pause|Resume|Return|Promote/ })).toHaveCount(0)
      await expect(viewer.getByText('Engineers and SREs may pause, resume and return this rollout.')).toBeVisible()

      await page.getByRole('button', { name: 'Resume' }).click()
      await expect(headline(page)).not.toContainText('Paused')
      await expect(headline(viewer), 'the other page hears of it').not.toContainText('Paused', { timeout: 15_000 })
    })

    test('return is two clicks, and its three ticks say wished, written and counted', async ({ page, signIn }) => {
      test.setTimeout(180_000)
      await signIn('engineer')
      await page.goto(`/rollouts/${id}`)
      await press(page.getByRole('button', { name: 'Return to v1' }))
      await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v1' }).click()
      const ticks = page.getByRole('status').filter({ hasText: 'wished' })
      await expect(ticks).toContainText('Return to v1:')
      await expect(ticks).not.toContainText('not yet', { timeout: 60_000 })
      await expect(ticks).toContainText(/wished.*written.*counted/)
      await expect(headline(page)).toContainText('Stopped; v1 has all traffic: Erin Engineer decided so', { timeout: 60_000 })
      const [wave] = (await viewOf(id)).waves
      expect([...(await countAnswers(wave.address ?? '', 100)).keys()]).toEqual(['1'])
    })

    test('blue/green answers pinned requests at its preview address, switches at a click, and can still be returned', async ({
      page,
      signIn,
    }) => {
      test.setTimeout(300_000)
      await untilFree('trial')
      await signIn('engineer')
      const preview = await launchByForm(page, { version: VERSION.better, environment: 'trial', strategy: 'blue/green' })
      await expect(headline(page)).toContainText('Look at the preview', { timeout: 120_000 })
      const curl = (await page.getByText(/^curl -X POST/).textContent()) ?? ''
      const address = /https?:\/\/\S+/.exec(curl)?.[0] ?? ''
      expect(curl).toContain('x-slipway-arm: candidate')
      expect((await viewOf(preview)).waves[0].desired).toBe(0)
      expect(await countAnswers(address, 50, { 'x-slipway-arm': 'candidate' }), 'pinned').toEqual(new Map([['2', 50]]))
      expect(await countAnswers(address, 200), 'everyone else').toEqual(new Map([['1', 200]]))

      await page.getByRole('button', { name: 'Switch to v2' }).click()
      await expect.poll(async () => (await viewOf(preview)).waves[0].acknowledged, { timeout: 60_000 }).toBe(10_000)
      expect(await countAnswers(address, 100), 'after the switch').toEqual(new Map([['2', 100]]))
      await page.getByRole('button', { name: 'Return to v1' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v1' }).click()
      await expect(headline(page)).toContainText('Stopped; v1 has all traffic', { timeout: 60_000 })
      expect(await countAnswers(address, 100), 'after the return').toEqual(new Map([['1', 100]]))
    })
  })
