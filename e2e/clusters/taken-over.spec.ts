import { expect, type Page } from '@playwright/test'
import { z } from 'zod'
import { Pace, Policy } from '@/lib/rollouts/schema'
import { countAnswers, expectShare } from '../client'
import { test } from '../fixtures'
import { rest } from '../house'
import { headline, VERSION } from '../rollouts'
import { addCluster } from './forms'
import { grantInferences, INFERENCE, serveInference } from './inference'
import { type KubernetesCluster, startCluster } from './kubernetes'
import { launched } from './launched'
import { LEGACY, LEGACY_ROUTE, OWNED, serveLegacy } from './legacy'
import { look } from './look'
import { startTraffic, type Traffic } from './traffic'

const PLANT = 'plant'
const SENT = 400

/** Asks by the form for a share of the route. */
async function give(page: Page, button: string, share: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Share of its requests, %').fill(share)
  await dialog.getByRole('button', { name: button }).click()
  await expect(dialog).toBeHidden({ timeout: 30_000 })
  await expect(page.getByText(`${share} % of its requests go to`)).toBeVisible({ timeout: 30_000 })
}

async function openCluster(page: Page): Promise<void> {
  await page.goto('/environments/clusters')
  await page.getByRole('link', { name: PLANT, exact: true }).first().click()
}

/** Gives the route back; `words`: what the dialog says of its rules. */
async function giveBack(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: 'Give back' }).click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText(words)
  await dialog.getByRole('button', { name: `Give back ${LEGACY}` }).click()
}

test.describe
  .serial('a model that is served without Slipway', () => {
    let cluster: KubernetesCluster
    let callers: Traffic
    let address = ''

    test.beforeAll(async () => {
      test.setTimeout(600_000)
      cluster = await startCluster(PLANT, 'traefik')
      address = await serveLegacy(cluster)
      callers = startTraffic(address, 20)
    })
    test.afterAll(async () => {
      await callers?.stop()
      await cluster?.stop()
    })

    test('is listed on the page of its cluster, with what answers there, and what must come first', async ({
      page,
      signIn,
      openAs,
      expectAccessible,
    }) => {
      test.setTimeout(400_000)
      await signIn('admin')
      await addCluster(page, cluster, 'on-prem')
      const sre = await openAs('sre')
      await sre.goto(page.url())
      const route = sre.getByRole('article', { name: `HTTPRoute ${LEGACY}` })
      for (const text of ['paths under /v2/models/flight-delay', '100 % to the Service', '1 of 1 ready', 'registry.example.org/flights:7'])
        await expect(route).toContainText(text, { timeout: 60_000 })
      await expect(route).toContainText('Nothing stands in the way')
      await expect(sre.getByText('Before a route can be adopted, an endpoint must serve here')).toBeVisible()
      await expectAccessible('a cluster with a route that is not ours')
      await look(sre, 'found')
    })

    test('an InferenceService beside it is shown, once the role may list it, with what would move its callers and without its credentials', async ({
      page,
      signIn,
      expectAccessible,
    }) => {
      test.setTimeout(600_000)
      await signIn('sre')
      await openCluster(page)
      await expect(page.getByRole('article', { name: `HTTPRoute ${LEGACY}` })).toBeVisible({ timeout: 60_000 })
      await expect(page.getByText('InferenceServices not looked at')).toBeHidden()
      await serveInference(cluster)
      const again = page.getByRole('button', { name: 'Look again' })
      await expect(async () => {
        await again.click()
        await expect(page.getByText('InferenceServices not looked at: the role may not list them.')).toBeVisible({ timeout: 5_000 })
      }).toPass({ timeout: 60_000 })
      await grantInferences(cluster.api)
      const service = page.getByRole('article', { name: `InferenceService ${INFERENCE}` })
      await expect(async () => {
        await again.click()
        await expect(service).toBeVisible({ timeout: 5_000 })
      }).toPass({ timeout: 60_000 })
      for (const text of ['sklearn', 'https://…@files.example.org/', 'not ready, says KServe', 'on the Gateway gateways/public'])
        await expect(service).toContainText(text)
      await expect(service).not.toContainText('secret')
      await expect(service.getByRole('button')).toHaveCount(0)
      await expectAccessible('an InferenceService that is not ours')
      await look(page, 'inference')
    })

    test('moves in shares to the version that was approved beside it, and back, and every caller is answered', async ({
      page,
      signIn,
      openAs,
    }) => {
      test.setTimeout(600_000)
      const clusterPage = await openAs('sre')
      await signIn('engineer')
      const policy = Policy.parse({ approvals: 1, alias: null, steps: [2_500, 10_000], gates: [], pace: Pace.parse({}) })
      const environment = { slug: PLANT, name: 'Plant', kind: 'on-prem', clusters: [{ cluster: PLANT, wave: 1 }], policy }
      await (await rest('admin')).post('/api/v1/environments', environment, z.unknown())
      await launched(page, { version: VERSION.live, environment: PLANT }, openAs)
      await expect(headline(page)).toContainText('v1 has all traffic', { timeout: 240_000 })
      expect([...(await countAnswers(address, 50)).keys()], 'no caller moved by the launch').toEqual(['legacy'])

      await openCluster(clusterPage)
      await give(clusterPage, 'Adopt', '0')
      expect([...(await countAnswers(address, 50)).keys()]).toEqual(['legacy'])
      const pinned = async () => [...(await countAnswers(address, 20, { 'x-slipway-arm': 'live' })).keys()]
      await expect.poll(pinned, { timeout: 60_000 }).toEqual(['1'])
      await give(clusterPage, 'Change the share', '50')
      await expect.poll(async () => (await countAnswers(address, 50)).get('1') ?? 0, { timeout: 60_000 }).toBeGreaterThan(0)
      expectShare((await countAnswers(address, SENT)).get('1') ?? 0, SENT, 0.5)
      await give(clusterPage, 'Change the share', '100')
      await expect.poll(async () => [...(await countAnswers(address, 50)).keys()], { timeout: 60_000 }).toEqual(['1'])
      await expect(clusterPage.getByText(`kubectl scale deployment ${LEGACY}`)).toBeVisible()
      await look(clusterPage, 'adopted')

      await giveBack(clusterPage, 'by the rule that it had then')
      await expect(clusterPage.getByRole('button', { name: 'Adopt' })).toBeVisible({ timeout: 30_000 })
      await expect.poll(async () => [...(await countAnswers(address, 50)).keys()], { timeout: 60_000 }).toEqual(['legacy'])
      expect(callers.failures, 'no caller was failed').toEqual([])
    })

    test('is left alone once somebody takes Slipway’s mark from its route, which the page says; given back, its owner’s rule stands where the owner puts it', async ({
      page,
      signIn,
      expectAccessible,
    }) => {
      await signIn('sre')
      await openCluster(page)
      await give(page, 'Adopt', '50')
      const patch = (body: object) => cluster.api.send('PATCH', LEGACY_ROUTE, body, 'application/merge-patch+json')
      await patch({ metadata: { annotations: { 'slipway.dev/adopted': null } } })
      await page.reload()
      const route = page.getByRole('article', { name: `HTTPRoute ${LEGACY}` })
      await expect(route).toContainText(`HTTPRoute ${LEGACY} lacks the annotation slipway.dev/adopted`, { timeout: 60_000 })
      await expect(route).toContainText('what share of its requests goes to')
      await expect(route.getByRole('button', { name: 'Change the share' })).toBeHidden()
      await expectAccessible('a route that is left alone')
      await look(page, 'left-alone')
      await giveBack(page, 'Its rules stay as they are')
      await expect(route).toContainText('has 2 rules', { timeout: 30_000 })
      await look(page, 'given-back')
      await patch({ spec: OWNED })
      await expect.poll(async () => [...(await countAnswers(address, 50)).keys()], { timeout: 60_000 }).toEqual(['legacy'])
      expect(callers.failures, 'no caller was failed').toEqual([])
    })
  })
