import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pool } from '@/lib/db'
import { recordArms } from '@/lib/drivers/kubernetes/record'
import { renderRoute } from '@/lib/drivers/kubernetes/render/route'
import type { Wish } from '@/lib/endpoints/wish'
import { makePlace, type Place } from '@/lib/monitoring/place.fixture'
import { Load } from '../testing/load'
import { spooledIn } from '../testing/spooled'
import { until } from '../testing/until'
import { arm, inferBody, wish as wishOf } from '../testing/wish'
import { Doors, PodProcess } from './pod.fixture'

const LIVE = 'examples/flights/live.onnx'
const digest = createHash('sha256').update(readFileSync(LIVE)).digest('hex')
let doors: Doors
let place: Place
let pods: PodProcess[] = []

beforeEach(async () => {
  place = await makePlace()
  doors = new Doors()
  await doors.open(place)
  doors.publish(LIVE, digest)
})
afterEach(async () => {
  await Promise.all(pods.map((pod) => pod.close()))
  pods = []
  await doors.close()
})

function wish(over: Partial<Wish> = {}): Wish {
  const arms = [
    arm(digest, { versionId: place.live, weight: 9_000 }),
    arm(digest, { versionId: place.next, number: 2, role: 'candidate', weight: 1_000 }),
  ]
  return wishOf(arms, { endpointId: place.endpointId, generation: 7, ...over })
}

function podOf(of: Wish, over: ConstructorParameters<typeof PodProcess>[2] = {}): PodProcess {
  const pod = new PodProcess(of, doors, over)
  pods.push(pod)
  return pod
}

async function started(of: Wish, number = 1): Promise<PodProcess> {
  const pod = podOf(of, { number })
  expect(await pod.fetch()).toEqual({ code: 0, said: '' })
  await pod.serve()
  return pod
}

/** What the route of a wish writes on the requests of a rule: 0 carries the weights, 1 and 2 pin live and candidate. */
function told(of: Wish, rule = 0): Record<string, string> {
  const arms = recordArms(of)
  const { spec } = renderRoute({
    ...{ name: 'r', namespace: 'n', endpoint: of, parent: { gateway: null, hostname: null }, service: 's', serverPath: '/v2/models/delay' },
    ...{ generation: of.generation, observe: of.observe?.key ?? null, arms, mirror: null, pins: arms, removed: false },
  })
  const { rules } = spec as { rules: { filters: { requestHeaderModifier?: { set: { name: string; value: string }[] } }[] }[] }
  const set = rules[rule].filters.flatMap(({ requestHeaderModifier }) => requestHeaderModifier?.set ?? [])
  return Object.fromEntries(set.map(({ name, value }) => [name, value]))
}

async function infer(pod: PodProcess, headers: Record<string, string> = {}, body = inferBody()): Promise<Response> {
  const response = await fetch(`${pod.url}/infer`, { method: 'POST', body, headers })
  await response.arrayBuffer()
  return response
}

/** What web holds: requests and bad ones by version, role and generation. */
async function windows() {
  const { rows } = await pool().query(
    `select s.version_id = $2 as live, s.role, w.generation, sum(w.n)::int as n, sum(w.bad)::int as bad, sum(w.client_errors)::int as refused
     from telemetry.window_5s w join telemetry.series s on s.id = w.series where s.endpoint_id = $1 and s.segment = 0 group by 1, 2, 3 order by 1 desc, 2, 3`,
    [place.endpointId, place.live],
  )
  return rows
}

async function sources(): Promise<{ boot: string; final: boolean; endpointId: string }[]> {
  const { rows } = await pool().query(
    'select boot, final, endpoint_id as "endpointId" from telemetry.source where cluster_id = $1 order by id',
    [place.clusterId],
  )
  return rows
}

async function counted(): Promise<number> {
  const all: { n: number }[] = await windows()
  return all.reduce((sum, { n }) => sum + n, 0)
}

test('requests become windows of the version, role and generation that the route says, with labels for all; others are never evidence', async () => {
  const served = wish()
  const [live, candidate] = await Promise.all([started(served), started(served, 2)])
  for (let i = 0; i < 9; i += 1) await infer(live, told(served))
  const answer = await infer(candidate, told({ ...served, generation: 8 }))
  const names = ['x-model-version', 'x-slipway-arm'].map((name) => answer.headers.get(name))
  expect([answer.status, ...names]).toEqual([200, '2', 'candidate'])
  const id = answer.headers.get('x-request-id')
  expect((await infer(candidate, { ...told(served, 2), 'x-slipway-arm': 'candidate' })).headers.get('x-slipway-arm')).toBe('candidate')
  expect((await infer(live)).headers.get('x-slipway-arm')).toBe('none')
  expect((await infer(live, told(served), '{"inputs": []}')).status).toBe(400)
  await Promise.all([live.end('SIGTERM'), candidate.end('SIGTERM')])
  expect(await windows()).toEqual([
    { live: true, role: 'live', generation: 7, n: 9, bad: 0, refused: 1 },
    { live: true, role: 'pinned', generation: 0, n: 1, bad: 0, refused: 0 },
    { live: false, role: 'candidate', generation: 8, n: 1, bad: 0, refused: 0 },
    { live: false, role: 'pinned', generation: 7, n: 1, bad: 0, refused: 0 },
  ])
  const { rows } = await pool().query(
    'select p.id, p.generation from telemetry.prediction p join telemetry.series s on s.id = p.series where s.version_id = $1',
    [place.next],
  )
  expect(rows).toEqual([{ id, generation: 8 }])
})

test('requests are looked at only by the wish that assigned them, however late the file is that says how', async () => {
  const features = Array.from({ length: 8 }, (_, i) => ({ name: `f${i}`, edges: [0, 10] }))
  const baseline = { id: randomUUID(), features, score: null }
  const observe = { key: 'first', features: features.slice(0, 1), segments: [] }
  const served = wish({ observe, arms: [arm(digest, { versionId: place.live, baseline })] })
  const pod = await started(served)
  for (let i = 0; i < 3; i += 1) await infer(pod, told(served))
  for (let i = 0; i < 2; i += 1) await infer(pod, told({ ...served, generation: 8, observe: { ...observe, key: 'second' } }))
  await pod.end('SIGTERM')
  const { rows } = await pool().query(
    `select w.generation, sum(w.n)::int as n, sum((select sum(b) from unnest(w.bins) b))::int as binned
     from telemetry.window_5s w join telemetry.series s on s.id = w.series where s.endpoint_id = $1 group by 1 order by 1`,
    [place.endpointId],
  )
  expect(rows).toEqual([
    { generation: 7, n: 3, binned: 3 },
    { generation: 8, n: 2, binned: null },
  ])
})

test('the protocol tells of server, model and readiness, and says what is wrong with an address', async () => {
  const pod = await started(wish())
  const { origin } = new URL(pod.url)
  const get = async (address: string) => {
    const response = await fetch(address)
    return [response.status, await response.json()]
  }
  expect(await get(`${origin}/v2/health/live`)).toEqual([200, { live: true }])
  expect(await get(`${origin}/v2/health/ready`)).toEqual([200, { ready: true }])
  expect(await get(`${pod.url}/ready`)).toEqual([200, { name: 'delay', ready: true }])
  expect(await get(pod.url)).toMatchObject([200, { name: 'delay', versions: ['1'], inputs: [{ datatype: 'FP32' }] }])
  expect(await get(`${origin}/prod${new URL(pod.url).pathname}`)).toMatchObject([
    404,
    { error: expect.stringContaining('POST /v2/models/MODEL/infer') },
  ])
})

test('SIGTERM under load answers what is in flight and reports all of it, as a source that has ended', async () => {
  const pod = await started(wish())
  const load = new Load(new URL(pod.url).origin, '/v2/models/delay/infer', 4)
  await until(() => load.seen.answers > 100)
  await pod.end('SIGTERM')
  expect(pod.child?.exitCode).toBe(0)
  const { answers, statuses } = await load.stop()
  expect([...statuses.keys()]).toEqual([200])
  expect(await counted()).toBe(answers)
  expect(await sources()).toMatchObject([{ final: true, endpointId: place.endpointId }])
})

test('with web away it serves on; a container that is killed meanwhile loses at most what its last flush had not carried', async () => {
  const served = wish()
  const pod = await started(served)
  await until(async () => (await sources()).length === 1)
  doors.down = true
  for (let i = 0; i < 20; i += 1) expect((await infer(pod, told(served))).status).toBe(200)
  const spool = path.join(pod.folder, 'tmp', 'slipway', 'spool')
  const [{ boot }] = await sources()
  const file = path.join(spool, `${boot}.jsonl`)
  await until(() => existsSync(file) && spooledIn(file) === 20)
  await pod.end('SIGKILL')
  expect(await sources()).toMatchObject([{ final: false }])
  await pod.serve()
  await infer(pod, told(served))
  doors.down = false
  await until(async () => (await counted()) === 21)
  await until(async () => (await sources())[0].final)
  expect(await sources()).toMatchObject([{ boot, final: true }, { final: false }])
})

test('an artifact that is another is refused with a sentence, and nothing is left of it; so is one that the server finds changed', async () => {
  const claimed = doors.publish(LIVE, 'b'.repeat(64))
  const pod = podOf(wish({ arms: [arm(claimed, { versionId: place.live })] }))
  const { code, said } = await pod.fetch()
  expect([code, said]).toEqual([1, expect.stringMatching(/SHA-256 is .*, not bbbbbbbbbbbb: it is refused/)])
  expect(existsSync(pod.artifact)).toBe(false)
  const other = podOf(wish())
  await other.fetch()
  doors.publish('examples/flights/better.onnx', digest)
  expect(await other.fetch()).toEqual({ code: 0, said: '' })
  other.write(
    'version/version.json',
    readFileSync(path.join(other.folder, 'slipway/version/version.json'), 'utf8').replace(digest, claimed),
  )
  await expect(other.serve()).rejects.toThrow(/not bbbbbbbbbbbb: it is refused/)
})

test('a folder comes as a tar archive; one whose members lead out of it is refused, and nothing is written there', async () => {
  const from = mkdtempSync(path.join(os.tmpdir(), 'slipway-tar-'))
  writeFileSync(path.join(from, 'model-settings.json'), '{}')
  const packed = (name: string, ...flags: string[]) => {
    const file = path.join(from, name)
    execFileSync('tar', ['--create', '--file', file, '--directory', from, ...flags, 'model-settings.json'])
    return doors.publish(file, createHash('sha256').update(readFileSync(file)).digest('hex'))
  }
  const podWith = (archive: string) => podOf(wish({ arms: [arm(archive, { versionId: place.live })] }), { runtime: 'mlserver' })
  const good = podWith(packed('good.tar'))
  expect(await good.fetch()).toEqual({ code: 0, said: '' })
  expect(readdirSync(path.join(good.folder, 'models'))).toEqual(['delay'])
  expect(readdirSync(path.join(good.folder, 'models/delay'))).toEqual(['model-settings.json'])
  const bad = podWith(packed('bad.tar', '--absolute-names', '--transform', 's,^,../,'))
  expect(await bad.fetch()).toEqual({ code: 1, said: expect.stringContaining('is not a tar archive that can be unpacked') })
  expect(existsSync(path.join(bad.folder, 'models/model-settings.json'))).toBe(false)
  rmSync(from, { recursive: true })
})

test('what Slipway refuses is not asked for again, and what it cannot answer now is', async () => {
  const pod = podOf(wish())
  pod.write('identity/token', 'another')
  expect(await pod.fetch()).toEqual({ code: 1, said: expect.stringMatching(/^The web answered 401 .*identity token\.\n$/) })
  const later = podOf(wish())
  doors.down = true
  const fetching = later.fetch()
  await until(() => doors.refused > 1)
  doors.down = false
  expect(await fetching).toEqual({ code: 0, said: expect.stringContaining('Try 1 of 5: The web answered 503') })
})

test('a model that cannot be loaded ends the container, which says why, and leaves no source that others would wait for', async () => {
  const broken = createHash('sha256').update(readFileSync('package.json')).digest('hex')
  doors.publish('package.json', broken)
  const pod = podOf(wish({ arms: [arm(broken, { versionId: place.live })] }))
  await pod.fetch()
  await expect(pod.serve()).rejects.toThrow(/The model cannot be loaded\. Ended with code 1\./)
  expect(await sources()).toEqual([])
})

test('keys of the endpoint are kept to as its file has them, without a restart, and a file that cannot be read changes nothing', async () => {
  const served = wish()
  const pod = await started(served)
  const file = path.join(pod.folder, 'slipway/endpoint/endpoint.json')
  const before = JSON.parse(readFileSync(file, 'utf8'))
  const hash = createHash('sha256').update('a-key').digest('hex')
  pod.write('endpoint/endpoint.json', JSON.stringify({ ...before, keys: [{ id: place.live, hash, expiresAt: null }] }))
  await until(async () => (await infer(pod)).status === 401)
  expect((await infer(pod, { authorization: 'Bearer a-key' })).status).toBe(200)
  pod.write('endpoint/endpoint.json', '{"keys": []}')
  await until(() => pod.output.includes('the endpoint keeps its settings'))
  expect((await infer(pod)).status).toBe(401)
})
