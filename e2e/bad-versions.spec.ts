import { expect } from '@playwright/test'
import { test } from './fixtures'
import { approveOnPage, expectPhase, headline, launchByForm, markDocument, rolloutsIn, timelineOf, VERSION, viewOf } from './rollouts'

const RETURNED_WITHIN_MS = 240_000

// The wrong-hour model is on its way while the slow one is watched: both need a minute or two of real traffic.
test.describe
  .serial('bad versions', () => {
    let wrongHour = ''

    test('the wrong-hour model starts when the approver says yes on a phone, in three taps', async ({ page, signIn, openAs }) => {
      test.setTimeout(180_000)
      await signIn('engineer')
      wrongHour = await launchByForm(page, { version: VERSION.wrongHour, environment: 'prod-hybrid' })
      await expect(headline(page)).toContainText('Waits for 1 approval of v1 to v4')
      const stays = await markDocument(page)
      const phone = await openAs('approver', { viewport: { width: 360, height: 780 }, hasTouch: true })
      await approveOnPage(phone, VERSION.wrongHour, 'prod-hybrid')
      await expect(headline(page), 'the page moves on by itself').not.toContainText('Waits for 1 approval', { timeout: 30_000 })
      await stays()
    })

    test('the Overview leads to the slow model that fails, to the better one, and to its approval', async ({ page, signIn }) => {
      test.setTimeout(180_000)
      await signIn('engineer')
      const stays = await markDocument(page)
      const slow = page.getByRole('link', { name: 'Watch the slow model' })
      await expect(slow, 'the traffic process launches it by itself').toBeVisible({ timeout: 120_000 })
      await expect(page.getByRole('heading', { name: '3. Approve it as the approver' })).toBeVisible()
      await stays()
      const better = page.getByRole('link', { name: /the better model/ })
      await expect(better).toHaveAttribute('href', /version=2&environment=prod-hybrid|\/rollouts\/[0-9a-f-]{36}/)
      await slow.click()
      await page.waitForURL(/\/rollouts\/[0-9a-f-]{36}$/)
      await expect(page.getByRole('link', { name: 'trial' })).toBeVisible()
    })

    test('the slow model, touched by nobody, is returned, and the sentence blames its latency', async ({ page, signIn }) => {
      test.setTimeout(RETURNED_WITHIN_MS + 60_000)
      const [slow] = (await rolloutsIn('trial')).filter((row) => row.to === VERSION.slow).reverse()
      await signIn('engineer')
      await page.goto(`/rollouts/${slow.id}`)
      const stays = await markDocument(page)
      await expect(headline(page)).toHaveText(/^Returned to v1: The candidate is slower than \d.*as often as stable.*slow/i, {
        timeout: RETURNED_WITHIN_MS,
      })
      await expectPhase(page, 'returned')
      await expect(page.getByRole('region', { name: 'Latency' }).getByText('fail')).toBeVisible()
      await stays()
      const view = await viewOf(slow.id)
      expect(view.phase).toBe('returned')
      expect(view.waves.map((wave) => wave.desired)).toEqual([0])
      const hands = (await timelineOf(slow.id)).filter((line) => line.who !== 'engine')
      expect(hands.map((line) => line.what)).toEqual([expect.stringMatching(/^Launched/)])
    })

    test('the wrong-hour model is returned in production, and the sentence is about its accuracy', async ({ page, signIn }) => {
      test.setTimeout(RETURNED_WITHIN_MS + 60_000)
      await signIn('engineer')
      await page.goto(`/rollouts/${wrongHour}`)
      await expect(headline(page)).toHaveText(/^Returned to v1: The candidate's accuracy is at least \d.* points below stable's/, {
        timeout: RETURNED_WITHIN_MS,
      })
      await expect(page.getByRole('region', { name: 'Accuracy' }).getByText('fail')).toBeVisible()
      const view = await viewOf(wrongHour)
      expect(view.waves.map((wave) => wave.desired)).toEqual([0, 0])
    })
  })
