import { localDriver } from '@/lib/drivers/local/driver'
import type { Wish } from '@/lib/endpoints/wish'
import { forkModelServer } from '@/lib/serving/model-server/fork'
import { ClusterProcess } from '@/lib/serving/testing/cluster-process'
import { TestWeb } from '@/lib/serving/testing/web'
import { arm, wish } from '@/lib/serving/testing/wish'
import { cpuMicros, load, type Measured } from './load'
import { type Running, startProxy } from './proxy'
import type { Result } from './result'

const ROUNDS = 5
/** Requests of a round by number of connections. The first round only warms up: the compilers of four processes need some thousands. */
const REQUESTS = { 1: 1_500, 16: 8_000 }
const CHANGES = 50
const KILLS = 3

interface Target {
  name: string
  url: string
  path: string
  pid: number
}

/**
 * What the gateway costs beside calling a model server directly and beside nginx or haproxy where they are installed: CPU of the proxying process per request, and
 * the client's p50 at 1 and 16 connections; medians of interleaved rounds (`--rounds N`). Then 50 weight changes and 3 kills of a replica under load: what was dropped.
 */
export async function run(args: string[] = []): Promise<Result[]> {
  const rounds = Number(args[args.indexOf('--rounds') + 1]) || ROUNDS
  const web = new TestWeb()
  const digests = [web.publish('examples/flights/live.onnx'), web.publish('examples/flights/better.onnx')]
  const cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  // As many as behind our gateway: over how many processes requests spread decides how often a proxy is woken for one.
  const live = await Promise.all([1, 2].map(() => server('examples/flights/live.onnx')))
  const better = await Promise.all([1, 2].map(() => server('examples/flights/better.onnx')))
  const servers = [...live, ...better]
  const ports = (of: { port: number }[]) => of.map(({ port }) => port)
  const proxies = await Promise.all(
    (['nginx', 'haproxy'] as const).map(async (name) => ({ name, running: await startProxy(name, ports(live), ports(better)) })),
  )
  try {
    const candidate = arm(digests[1], { role: 'candidate', number: 2, weight: 1_000, replicas: 2 })
    // At thousands a second a budget keeps a share of the predictions for labels, not all.
    const served = wish([arm(digests[0], { weight: 9_000, replicas: 2 }), candidate], { labelRate: 0.1 })
    await routed(cluster, served)
    const path = '/v2/models/delay/infer'
    const targets: Target[] = [
      { name: 'direct', url: `http://127.0.0.1:${servers[0].port}`, path, pid: servers[0].pid },
      { name: 'gateway', url: cluster.url, path: `/prod${path}`, pid: cluster.child?.pid ?? 0 },
      ...proxies.flatMap(({ name, running }) => (running ? [{ name, url: running.url, path, pid: running.pid }] : [])),
    ]
    return [...(await costs(targets, rounds)), ...(await disturbed(cluster, served))]
  } finally {
    await Promise.all(proxies.map(({ running }: { running: Running | null }) => running?.stop()))
    for (const { stop } of servers) stop()
    await cluster.kill('SIGTERM')
    await web.close()
  }
}

async function costs(targets: Target[], rounds: number): Promise<Result[]> {
  const seen = new Map<string, number[]>()
  const note = (name: string, value: number) => seen.set(name, [...(seen.get(name) ?? []), value])
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, url, path, pid } of targets) {
      for (const concurrency of [1, 16] as const) {
        const before = cpuMicros(pid)
        const measured = await load(url, path, concurrency, (sent) => sent >= REQUESTS[concurrency])
        if (measured.dropped > 0) throw new Error(`${name} dropped ${measured.dropped} requests.`)
        if (round === 0) continue
        note(`${name}: p50 at c=${concurrency}`, measured.p50)
        if (concurrency === 16) note(`${name}: CPU per request`, (cpuMicros(pid) - before) / measured.requests)
        if (concurrency === 16) note(`${name}: throughput at c=16`, measured.perSecond)
      }
    }
  }
  const results = [...seen].map(([name, values]) => ({
    name,
    value: median(values),
    unit: name.includes('CPU') ? 'us' : name.includes('p50') ? 'ms' : '/s',
  }))
  const cpu = (name: string) => results.find((result) => result.name === `${name}: CPU per request`)?.value
  const [ours, nginx] = [cpu('gateway'), cpu('nginx')]
  if (ours === undefined || nginx === undefined) return results
  return [...results, { name: "gateway's CPU beside nginx's", value: ours / nginx, unit: 'times', aim: '<= 2.5', ok: ours / nginx <= 2.5 }]
}

async function disturbed(cluster: ClusterProcess, served: Wish): Promise<Result[]> {
  const path = '/prod/v2/models/delay/infer'
  let over = false
  const under = load(cluster.url, path, 16, () => over)
  let current = served
  for (let i = 0; i < CHANGES; i += 1) {
    const weight = (i * 733) % 10_001
    const [live, candidate] = current.arms
    const next = current.generation + 1
    current = {
      ...current,
      generation: next,
      fence: next,
      arms: [
        { ...live, weight: 10_000 - weight },
        { ...candidate, weight },
      ],
    }
    await routed(cluster, current)
  }
  over = true
  const changes = await under
  over = false
  const again = load(cluster.url, path, 16, () => over)
  for (let i = 0; i < KILLS; i += 1) {
    const [victim] = cluster.servers()
    process.kill(victim, 'SIGKILL')
    await until(() => !cluster.servers().includes(victim))
    await routed(cluster, current)
  }
  over = true
  const kills = await again
  const dropped = (name: string, { dropped: value, requests }: Measured): Result => ({
    name: `dropped of ${requests} in ${name}`,
    value,
    unit: 'requests',
    aim: '0',
    ok: value === 0,
  })
  return [dropped(`${CHANGES} weight changes`, changes), dropped(`${KILLS} kills`, kills)]
}

/** Applies a wish and waits until it is routed by, all replicas ready. */
async function routed(cluster: ClusterProcess, of: Wish): Promise<void> {
  const answer = await localDriver.apply(cluster.target, of, AbortSignal.timeout(5_000))
  if (!answer.ok) throw new Error(JSON.stringify(answer))
  await until(async () => {
    const seen = await localDriver.observe(cluster.target, AbortSignal.timeout(5_000))
    const endpoint = seen.ok ? seen.endpoints.get(of.endpointId) : undefined
    return endpoint?.generation === of.generation && endpoint.arms.every(({ ready, wanted }) => ready === wanted)
  })
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A model server of its own, called directly. */
function server(artifact: string): Promise<{ port: number; pid: number; stop(): void }> {
  return new Promise((resolve, reject) => {
    const load = {
      kind: 'load',
      model: 'delay',
      version: 1,
      artifact,
      threshold: 0.25,
      baseline: null,
      listen: true,
      maxRows: 4_096,
    } as const
    const forked = forkModelServer(load, {
      message(message) {
        if (message.kind === 'ready')
          resolve({ port: message.port ?? 0, pid: forked.process.pid ?? 0, stop: () => forked.process.kill('SIGKILL') })
        if (message.kind === 'failed') reject(new Error(message.reason))
      },
      line: () => undefined,
      exit: () => undefined,
    })
  })
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
