import { expect } from '@playwright/test'
import { z } from 'zod'
import { countAnswers, expectShare } from '../client'
import { test } from '../fixtures'
import { expectPhase, headline, MODEL, openLaunchForm, rolloutsIn, timelineOf, VERSION, viewOf } from '../rollouts'
import { addCluster, createEnvironment, ENVIRONMENT } from './forms'
import { type KubernetesCluster, NAMESPACE, startCluster } from './kubernetes'
import { launched } from './launched'
import { look } from './look'
import { startTraffic, type Traffic } from './traffic'

const [ON_PREM, CLOUD] = ['factory', 'region']
const PER_SECOND = 40
/** Requests of the test's own client, beside the traffic. */
const SENT = 400
const FIRST_STEP = 2_500
/** Both API servers are asked on the way. */
const SOON = { timeout: 60_000 }
const ARRIVES_WITHIN_MS = 420_000

const Quota = z.object({ status: z.object({ used: z.object({ pods: z.string() }).optional() }) })
const Pods = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) })

/** Waits until an address goes by what its gateway has accepted: a gateway needs a moment from one to the other. Then these versions answer, and no others. */
async function followed(address: string | null, versions: readonly string[]): Promise<void> {
  await expect(async () => expect([...(await countAnswers(address ?? '', 40)).keys()].sort()).toEqual(versions)).toPass(SOON)
}

test.describe
  .serial('two Kubernetes clusters', () => {
    let clusters: KubernetesCluster[] = []
    const traffic: Traffic[] = []

    test.beforeAll(async () => {
      test.setTimeout(1_200_000)
      const onPrem = await startCluster(ON_PREM, 'envoy')
      clusters = [onPrem]
      clusters.push(await startCluster(CLOUD, 'traefik', onPrem.server))
    })
    test.afterAll(async () => {
      await Promise.all(traffic.map((each) => each.stop()))
      for (const cluster of clusters.reverse()) await cluster.stop()
    })

    test('are connected by their kubeconfigs, each of a service account with the role of deploy/target-cluster, which lacks nothing', async ({
      page,
      signIn,
      expectAccessible,
    }) => {
      await signIn('admin')
      for (const cluster of clusters) {
        await addCluster(page, cluster, cluster.name === CLOUD ? 'cloud' : 'on-prem')
        await expect(page.getByText(`all permissions in namespace ${NAMESPACE}`)).toBeVisible({ timeout: 60_000 })
        await expect(page.getByText(cluster.mirrors ? 'copies of requests can be sent' : 'no copies of requests: ')).toBeVisible()
        await look(page, `cluster-${cluster.name}`)
      }
      await expectAccessible('a Kubernetes cluster')
    })

    test('make a hybrid environment in two waves, and serve its first version once another person has approved it', async ({
      page,
      signIn,
      openAs,
    }) => {
      test.setTimeout(ARRIVES_WITHIN_MS)
      await signIn('admin')
      await createEnvironment(page, [ON_PREM, CLOUD])
      const engineer = await openAs('engineer')
      const id = await launched(engineer, { version: VERSION.live, environment: ENVIRONMENT }, openAs)
      await expect(headline(engineer)).toContainText('v1 has all traffic', { timeout: ARRIVES_WITHIN_MS })
      const { waves } = await viewOf(id)
      expect(waves.map(({ cluster, location }) => [cluster, location])).toEqual([
        [ON_PREM, 'on-prem'],
        [CLOUD, 'cloud'],
      ])
      for (const { address } of waves) await followed(address, ['1'])
      for (const { address } of waves) traffic.push(startTraffic(address ?? '', PER_SECOND))
    })

    test('say before a launch what one of them would refuse, and take no such launch', async ({ page, signIn, expectAccessible }) => {
      const { api } = clusters[0]
      const quotas = `/api/v1/namespaces/${NAMESPACE}/resourcequotas`
      await api.send('POST', quotas, { metadata: { name: 'one-pod' }, spec: { hard: { pods: '1' } } })
      const counted = async () => Quota.parse(await api.get(`${quotas}/one-pod`)).status.used?.pods
      await expect.poll(counted, { message: 'Kubernetes has counted the pods', timeout: 60_000 }).toBe('1')
      await signIn('engineer')
      const choice = { version: VERSION.better, environment: ENVIRONMENT } as const
      const { launch } = await openLaunchForm(page, choice)
      const refused = page.getByRole('region', { name: 'Refused by clusters' })
      await expect(refused).toContainText(`${ON_PREM}ResourceQuota one-pod leaves 0 of 1 pods, and this needs 1 more`, SOON)
      await expect(refused).not.toContainText(CLOUD)
      await launch.click()
      await expect(page.getByRole('status').filter({ hasText: `${ON_PREM}: ResourceQuota one-pod` })).toBeVisible(SOON)
      await expect(refused.getByRole('checkbox')).not.toBeChecked()
      await expectAccessible('a launch that a cluster refuses')
      await look(page, 'refused')
      expect(await rolloutsIn(ENVIRONMENT)).toHaveLength(1)
      await api.send('DELETE', `${quotas}/one-pod`)
      await openLaunchForm(page, choice)
      await expect(page.getByRole('region', { name: 'Changes in the clusters' })).toContainText(CLOUD, SOON)
      await expect(refused).toBeHidden()
    })

    test('give the better version the share of its step on-prem while the cloud waits, then the cloud by evidence too, and every request is answered', async ({
      page,
      signIn,
      openAs,
      expectAccessible,
    }) => {
      test.setTimeout(2 * ARRIVES_WITHIN_MS)
      await signIn('engineer')
      const id = await launched(page, { version: VERSION.better, environment: ENVIRONMENT }, openAs)
      const wave = async (i: number) => (await viewOf(id)).waves[i]
      await expect.poll(async () => (await wave(0)).acknowledged, { timeout: 120_000 }).toBe(FIRST_STEP)
      const [onPrem, cloud] = (await viewOf(id)).waves
      await followed(onPrem.address, ['1', '2'])
      const seen = await countAnswers(onPrem.address ?? '', SENT)
      expectShare(seen.get('2') ?? 0, SENT, 0.25)
      expect((seen.get('1') ?? 0) + (seen.get('2') ?? 0), 'nothing else answers').toBe(SENT)
      expect(cloud.state, 'the second wave waits').toBe('waits')
      expect([...(await countAnswers(cloud.address ?? '', 100)).keys()]).toEqual(['1'])

      const shown = page.getByRole('list', { name: 'Clusters' }).getByRole('listitem')
      await expect(shown.first()).toContainText(/\d %\s* counted/, { timeout: 60_000 })
      for (const text of [ON_PREM, 'on-prem', 'wave 1', '25 % desired']) await expect(shown.first()).toContainText(text)
      for (const text of [CLOUD, 'cloud', 'wave 2', 'no traffic to next yet']) await expect(shown.last()).toContainText(text)
      const { counted } = await wave(0)
      // Of the last minute, in a part of which the candidate had nothing yet.
      expect(counted?.share).toBeGreaterThan(0)
      expect(counted?.share).toBeLessThan(0.25 + 5 * Math.sqrt((0.25 * 0.75) / (counted?.n ?? 1)))
      await expectAccessible('a rollout on Kubernetes')
      await look(page, 'rollout')

      await expect(headline(page)).toContainText('v2 has all traffic', { timeout: ARRIVES_WITHIN_MS })
      await expectPhase(page, 'promoted')
      const steps = (await timelineOf(id)).filter(({ what }) => what.startsWith('Goes to')).reverse()
      expect(steps.map(({ what }) => what)).toEqual(
        [ON_PREM, CLOUD].flatMap((cluster) => ['25 %', '100 %'].map((share) => `Goes to ${share} on ${cluster}`)),
      )
      const proven = steps.filter(({ because }) => because === "every gate is proven within this step's limit")
      expect(proven.map(({ what }) => what)).toEqual([`Goes to 100 % on ${ON_PREM}`, `Goes to 100 % on ${CLOUD}`])
      for (const { address } of (await viewOf(id)).waves) expect([...(await countAnswers(address ?? '', 100)).keys()]).toEqual(['2'])
      expect(
        traffic.map(({ failures }) => failures),
        'no caller was failed',
      ).toEqual([[], []])
    })

    test('send copies of requests to a version that waits where the gateway copies, and have all traffic back on the version before within two clicks of a person', async ({
      page,
      signIn,
      openAs,
      expectAccessible,
    }) => {
      test.setTimeout(ARRIVES_WITHIN_MS)
      await signIn('engineer')
      const id = await launched(page, { version: VERSION.wrongHour, environment: ENVIRONMENT }, openAs)
      await expect.poll(async () => (await viewOf(id)).waves[0].acknowledged, { timeout: 180_000 }).toBe(FIRST_STEP)
      await page.getByRole('button', { name: 'Pause' }).click()
      await expectPhase(page, 'paused')
      const why = clusters[0].mirrors ? 'Take it back to 0 % first.' : 'cannot send copies of requests. Its page says why.'
      await expect(page.getByText(why), 'said once').toBeVisible(SOON)
      await look(page, 'no-copies')
      await page.getByRole('button', { name: 'Back to 0 %' }).click()
      await expect(headline(page)).toContainText('Held at 0 %', SOON)
      const address = (await viewOf(id)).waves[0].address
      await followed(address, ['2'])
      const offer = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Mirror / }) })
      if (clusters[0].mirrors) {
        // What was taken back is acknowledged in the same moments: who saw the page before is asked to look again, and does.
        await expect(async () => {
          if (await offer.isVisible()) await offer.getByRole('button').click({ timeout: 5_000 })
          await expect(page.getByTestId('copies')).toContainText('Copies of', { timeout: 5_000 })
        }).toPass(SOON)
        await expect.poll(async () => (await viewOf(id)).mirror?.n ?? 0, { timeout: 120_000 }).toBeGreaterThan(0)
        expect([...(await countAnswers(address ?? '', 100)).keys()], 'nobody is answered by what gets copies').toEqual(['2'])
        await expectAccessible('copies on Kubernetes')
        await look(page, 'copies')
      }
      await page.getByRole('button', { name: 'Return to v2' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Return to v2' }).click()
      await expect(headline(page)).toContainText('Stopped; v2 has all traffic', { timeout: 60_000 })
      for (const { address } of (await viewOf(id)).waves) await followed(address, ['2'])
      for (const { address } of (await viewOf(id)).waves) expect([...(await countAnswers(address ?? '', 100)).keys()]).toEqual(['2'])
      await look(page, 'returned')
    })

    test('tell of their pods on the endpoint’s page: what they wrote, what Kubernetes said, and that one was killed', async ({
      page,
      signIn,
      expectAccessible,
    }) => {
      await signIn('sre')
      await page.goto(`/environments/${ENVIRONMENT}`)
      await look(page, 'environment')
      await page.goto(`/endpoints?environment=${ENVIRONMENT}`)
      await page
        .getByRole('link', { name: new RegExp(MODEL) })
        .first()
        .click()
      await page.waitForURL(/\/endpoints\/[0-9a-f-]{36}/)
      const onPrem = page.getByRole('region', { name: ON_PREM })
      await expect(onPrem.getByRole('row').filter({ hasText: 'ready' }).first()).toBeVisible({ timeout: 60_000 })
      const { items } = Pods.parse(await clusters[0].api.get(`/api/v1/namespaces/${NAMESPACE}/pods`))
      for (const { metadata } of items) clusters[0].kubelet.kill(metadata.name)
      await expect(onPrem.getByRole('row').filter({ hasText: 'code 137' }).filter({ hasText: 'ready' }).first()).toBeVisible({
        timeout: 60_000,
      })

      await page.getByRole('button', { name: 'Show the last 500 lines' }).click()
      const lines = page.getByRole('region', { name: 'Log lines' })
      await expect(lines).toContainText('model pod serves', { timeout: 60_000 })
      await expect(lines).toContainText(`${ON_PREM} `)
      await expect(lines).toContainText(`${CLOUD} `)
      await expect(lines).toContainText('[event] BackOff')
      await expectAccessible('an endpoint on Kubernetes')
      await look(page, 'endpoint')
    })
  })
