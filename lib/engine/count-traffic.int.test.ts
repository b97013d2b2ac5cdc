import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { createSketch } from '@/lib/analysis/sketch'
import { encodeSketch } from '@/lib/analysis/sketch-codec'
import { db, pool } from '@/lib/db'
import { endpointName, versionName } from '@/lib/drivers/kubernetes/render/names'
import { getEndpoint } from '@/lib/endpoints/queries'
import { env } from '@/lib/env'
import { newId } from '@/lib/id'
import { getRolloutView } from '@/lib/rollouts/queries'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { testDatabase } from '@/prisma/test-database'
import { COMPARE_EVERY_MS, countTraffic } from './count-traffic'
import { LONG_MS, World, type WorldOptions } from './world.fixture'

testDatabase()
afterEach(() => vi.restoreAllMocks())

const QUICK: WorldOptions = { steps: [2_500, 5_000, 10_000], gates: [], pace: { burnIn: 0, minDwell: 60, maxDwell: 600 } }

/** Seconds of the world in which the periodic work of an engine goes on too. */
async function pass(world: World, seconds: number, stop?: () => Promise<boolean>): Promise<void> {
  await world.pass(seconds, {
    stop: async () => {
      if (world.nowMs % COMPARE_EVERY_MS === 0) await countTraffic(world.nowMs, null)
      return (await stop?.()) ?? false
    },
  })
}

const weight = (world: World) => world.fake().weightOf(world.endpointId, world.version(2))
const texts = (lines: { text: string }[]) => lines.map((line) => line.text)

test(
  'a data plane of which a part does not follow its weights stops a rollout without gates, though the requests of each wish are split as it says; when all of it follows, the rollout goes on',
  async () => {
    const world = await World.make({ seed: 81, ...QUICK })
    const viewer = world.actor('viewer')
    const id = await world.launch(2)
    await pass(world, 60, async () => weight(world) === 2_500)
    world.traffic.lagging = 0.7
    await pass(world, 200)
    expect(weight(world)).toBe(2_500)
    const { state, headline } = (await findRollout(db(), id)) ?? {}
    expect(state).toMatchObject({
      phase: 'holding',
      holds: [{ reason: 'invalid', detail: expect.stringContaining('came by an older wish') }],
    })
    expect(headline).toMatch(
      /^Held at 25 %.*cannot be judged \(v1 got 9\d\.?\d* % of [\d,]+ requests in \d+ \w+ on cluster-.*, 75 % is acknowledged; (69|70|71)/,
    )
    const { waves, standing } = await getRolloutView(viewer, id)
    expect(texts(waves[0].traffic)).toEqual([
      expect.stringMatching(/^counted [67]\.?\d* % of [\d,]+ requests in [\d.]+ \w+ \(wished 25 %\): less than the acknowledged 25 %$/),
      expect.stringMatching(/^(69|70|71)(\.\d)? % of requests came by an older wish$/),
    ])
    expect(standing.needs).toContain('requests to go by the acknowledged weights')
    const endpoint = await getEndpoint(viewer, world.endpointId)
    expect(endpoint).toMatchObject({ health: 'misrouted', says: expect.stringContaining('is acknowledged') })

    world.traffic.lagging = 0
    await pass(world, 400, async () => weight(world) > 2_500)
    expect(weight(world)).toBe(5_000)
    const kinds = (await readLedger(db(), id)).map(({ event }) => event.kind)
    expect(kinds.filter((kind) => kind === 'held' || kind === 'hold-removed')).toEqual(['held', 'hold-removed'])
  },
  LONG_MS,
)

test(
  'an honest router is never called off in a whole rollout, and each version shows what was counted of it beside what is wished',
  async () => {
    const world = await World.make({ seed: 82, ...QUICK, pace: { ...QUICK.pace, minDwell: 50 } })
    const id = await world.launch(2)
    await pass(world, 100, async () => weight(world) === 2_500)
    await pass(world, 45)
    const { clusters, health } = await getEndpoint(world.actor('viewer'), world.endpointId)
    expect(health).not.toBe('misrouted')
    expect(texts(clusters[0].arms[1].compared)).toEqual([
      expect.stringMatching(/^counted 2\d(\.\d)? % of \d,\d{3} requests in \d+ s \(wished 25 %\)$/),
    ])
    await pass(world, 600, async () => (await world.phase(id)) === 'promoted')
    expect(await world.phase(id)).toBe('promoted')
    expect((await readLedger(db(), id)).some(({ event }) => event.kind === 'held')).toBe(false)
  },
  LONG_MS,
)

test(
  'without a rollout, a version that should get nothing and answers is an alarm; where counters fall silent it is unverified, and no number is told',
  async () => {
    const world = await World.make({ seed: 83, ...QUICK })
    await pass(world, 60)
    const viewer = world.actor('viewer')
    const shown = async () => (await getEndpoint(viewer, world.endpointId)).clusters[0]
    expect(texts((await shown()).arms[0].compared)).toEqual([
      expect.stringMatching(/^counted 100 % of [\d,]+ requests in \d+ s \(wished 100 %\)$/),
    ])
    await stray(world, 3_000)
    await pass(world, 30)
    expect(await getEndpoint(viewer, world.endpointId)).toMatchObject({
      health: 'misrouted',
      says: expect.stringMatching(/^v2 got .* 0 % is acknowledged/),
    })
    expect(texts((await shown()).traffic)).toEqual([
      expect.stringMatching(/^v2 got [\d.]+ % of [\d,]+ requests in .*, and should get none$/),
    ])

    world.reporting = false
    await pass(world, 30)
    const { traffic, arms, unverified } = await shown()
    expect(texts(traffic)).toEqual(['unverified: no counter reports.'])
    expect([unverified, arms[0].compared, arms[0].counted]).toEqual([true, [], null])
    expect((await getEndpoint(viewer, world.endpointId)).health).not.toBe('misrouted')
  },
  LONG_MS,
)

test(
  'pods that do not count for Slipway leave the traffic unverified by name, and a comparison that the engine no longer makes is not shown as present',
  async () => {
    const world = await World.make({ seed: 84, ...QUICK })
    world.traffic.perSecond = 0
    await world.pass(3)
    await db().cluster.updateMany({
      where: { id: world.clusterIds[0] },
      data: { driver: 'kubernetes', config: { serving: { runtime: 'triton' } } },
    })
    const place = { endpointId: world.endpointId, clusterId: world.clusterIds[0] }
    await db().endpointCluster.updateMany({ where: place, data: { acknowledgedAt: new Date(world.nowMs - 120_000) } })
    await db()
      .$executeRaw`delete from telemetry.window_5s where series in (select id from telemetry.series where endpoint_id = ${world.endpointId}::uuid)`
    await countTraffic(world.nowMs, null)
    const shown = async () => texts((await getEndpoint(world.actor('viewer'), world.endpointId)).clusters[0].traffic)
    expect(await shown()).toEqual(['unverified: NVIDIA Triton Inference Server does not count for Slipway.'])
    world.nowMs += 61_000
    expect(await shown()).toEqual(['unverified: the engine compares nothing now.'])
  },
  LONG_MS,
)

/** Requests that reach version 2 though no wish gives it any. */
async function stray(world: World, n: number): Promise<void> {
  const { rows } = await pool().query<{ id: number }>(
    `insert into telemetry.series (endpoint_id, version_id, role, cluster_id, segment) values ($1, $2, 'candidate', $3, 0) returning id`,
    [world.endpointId, world.version(2), world.clusterIds[0]],
  )
  const boot = newId()
  await pool().query(
    `with o as (insert into telemetry.source (cluster_id, boot, watermark, final, first_seen_at, seen_at) values ($1, $2, $3, true, $3, $3) returning id)
     insert into telemetry.window_5s (series, slot, source, generation, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency, label_rate)
     select $4, $5, o.id, 1, $6, 0, 0, 0, 0, 0, 0, 0, $7, 1 from o`,
    [
      world.clusterIds[0],
      boot,
      new Date(world.nowMs),
      rows[0].id,
      new Date(Math.floor(world.nowMs / 5_000) * 5_000),
      n,
      Buffer.from(encodeSketch(createSketch())),
    ],
  )
}

test(
  'what a gateway counts is shown where our windows hold nothing, and holds a rollout whose windows agree',
  async () => {
    const world = await World.make({ seed: 85, ...QUICK })
    const gateway = await Gateway.open()
    const viewer = world.actor('viewer')
    const id = await world.launch(2)
    await pass(world, 60, async () => weight(world) === 2_500)
    await gateway.count(world, [9_257, 3_053])
    await pass(world, 40)
    const { waves } = await getRolloutView(viewer, id)
    expect(texts(waves[0].traffic)).toContainEqual(
      expect.stringMatching(/^counted 24\.8 % of 12,310 requests in \d+ s by Istio \(wished 25 %\)$/),
    )
    expect(await world.phase(id)).toBe('progressing')

    await gateway.count(world, [11_310, 1_000])
    await pass(world, 20)
    const { state } = (await findRollout(db(), id)) ?? {}
    expect(state).toMatchObject({
      phase: 'holding',
      holds: [{ reason: 'invalid', detail: expect.stringMatching(/^v1 got 91\.9 % .* by Istio, 75 %/) }],
    })

    // Nobody of ours counts any more, and the gateway does.
    await db()
      .$executeRaw`delete from telemetry.window_5s where series in (select id from telemetry.series where endpoint_id = ${world.endpointId}::uuid)`
    world.reporting = false
    await gateway.count(world, [9_257, 3_053])
    await pass(world, 30)
    const [place] = (await getEndpoint(viewer, world.endpointId)).clusters
    expect([place.unverified, place.traffic]).toEqual([false, []])
    expect(place.arms.map((arm) => [arm.counted?.n, arm.counted?.share.toFixed(3)])).toEqual([
      [12_310, '0.752'],
      [12_310, '0.248'],
    ])

    gateway.server.close()
    gateway.server.closeAllConnections()
    await pass(world, 20)
    const [gone] = (await getEndpoint(viewer, world.endpointId)).clusters
    expect([gone.unverified, gone.arms.every((arm) => arm.counted === null)]).toEqual([true, true])
    expect(texts(gone.traffic)).toEqual([
      'unverified: no counter reports.',
      'unverified by Istio: its Prometheus gave no answer (nobody listens there: the connection was refused).',
    ])
  },
  LONG_MS,
)

/** A Prometheus that answers range selectors about a cluster whose gateway is Istio's, over real HTTP: two samples, one at each end. */
class Gateway {
  private series: { service: string; n: number }[] = []

  private constructor(readonly server: Server) {}

  static async open(): Promise<Gateway> {
    const server = createServer((request, response) => response.writeHead(200).end(gateway.answer(request.url ?? '')))
    const gateway = new Gateway(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    env().SLIPWAY_CLUSTER_TARGETS = ['private', 'loopback']
    return gateway
  }

  /** Says from now on that the first two versions got so many requests in whatever time is asked for. */
  async count(world: World, requests: readonly number[]): Promise<void> {
    const endpoint = endpointName({ endpointId: world.endpointId, environment: world.environment, model: world.slug })
    this.series = requests.map((n, i) => ({ service: versionName(endpoint, { number: i + 1, versionId: world.version(i + 1) }), n }))
    const { port } = this.server.address() as AddressInfo
    const witness = { preset: 'istio', address: `http://127.0.0.1:${port}` }
    const config = { server: 'https://10.0.0.7:6443', namespace: 'models' }
    await db().cluster.update({ where: { id: world.clusterIds[0] }, data: { config, witness } })
  }

  private answer(url: string): string {
    const { searchParams } = new URL(url, 'http://host')
    const at = Number(searchParams.get('time'))
    const seconds = Number(/\[(\d+)s\]$/.exec(searchParams.get('query') ?? '')?.[1])
    const result = this.series.map(({ service, n }) => ({
      metric: { destination_service_name: service },
      values: [
        [at - seconds, '100'],
        [at, String(100 + n)],
      ],
    }))
    return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })
  }
}
