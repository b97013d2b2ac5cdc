import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeMember } from '@/lib/auth/people.fixture'
import { ROLES } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { kubernetesDriver } from '@/lib/drivers/kubernetes/driver'
import { engineAnswers } from '@/lib/engine/answers'
import { serveInternal } from '@/lib/engine/internal'
import { env, required } from '@/lib/env'
import { listen } from '@/lib/events'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import { createToken } from '@/lib/tokens/commands'
import { actorIn } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { CERTIFICATE_A, CERTIFICATE_B, KEY_A, KEY_B } from './certificates.fixture'
import { getCluster, listClusters } from './queries'

testDatabase()

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>
const API = path.join(import.meta.dirname, '../../app/api/v1')
const TOKEN = 'marked-token-5f1c0d9e7b3a'
const OTHER_TOKEN = 'marked-token-of-a-kubeconfig-77aa'
/** What must stand nowhere: tokens as they are and as headers and files write them, lines of the client key. */
const MARKS = [TOKEN, OTHER_TOKEN]
  .flatMap((token) => [token, Buffer.from(token).toString('base64').replace(/=+$/, '')])
  .concat(KEY_A.split('\n').slice(1, -1), Buffer.from(KEY_A).toString('base64').slice(40, 120))
const ADDED = { location: 'cloud', driver: 'kubernetes', namespace: 'models' }

let apiToken = ''
let chatty: Server
let engine: Awaited<ReturnType<typeof serveInternal>>
/** With what the server was asked. */
const shown: string[] = []
/** Everything that left: answers, log lines, announcements. */
const seen: string[] = []
let heard = () => Promise.resolve()

/** A server that repeats in its refusals what it was shown, as some proxies do. */
function repeating(): Server {
  return createServer({ cert: CERTIFICATE_A, key: KEY_A }, (request, response) => {
    shown.push(request.headers.authorization ?? '')
    const message = `no entry for ${request.headers.authorization} at ${request.url}`
    response.writeHead(403, { 'content-type': 'application/json', 'x-you-said': request.headers.authorization ?? '' })
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', message, code: 403 }))
  })
}

beforeAll(async () => {
  const maker = await makeMember(ROLES.map((role) => ({ role })))
  const made = await createToken(maker, {
    name: 'all',
    teamId: null,
    scopes: ['cluster:manage', 'team:read', 'audit:read', 'webhook:manage'],
    days: 1,
  })
  if (!made.ok) throw new Error(made.problem.message)
  apiToken = made.value.token
  chatty = repeating()
  await new Promise<void>((resolve) => chatty.listen(0, '127.0.0.1', resolve))
  const ports = { driver: () => kubernetesDriver({ private: true, loopback: true }), sealingKey: required('SLIPWAY_SEALING_KEY') }
  const token = required('SLIPWAY_ENGINE_TOKEN')
  engine = await serveInternal({ host: '127.0.0.1', port: 0, token, answers: engineAnswers(ports), unready: () => null, tlsDir: null })
  env().SLIPWAY_ENGINE_URL = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
  env().SLIPWAY_CLUSTER_TARGETS = ['private', 'loopback']
  // Each line is written to this stream, whatever its level.
  const stream = (log as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym]
  vi.spyOn(stream, 'write').mockImplementation((line) => void seen.push(line))
  log.level = 'trace'
  heard = listen('slipway_changed', (payload) => seen.push(payload))
})
afterAll(async () => {
  await heard()
  chatty.close()
  engine.close()
})

async function call(file: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', params: Record<string, string> = {}, body?: object) {
  const handlers = (await import(path.join(API, file, 'route.ts'))) as Record<string, Handler>
  const headers = { authorization: `Bearer ${apiToken}`, 'idempotency-key': newId() }
  const request = new Request(`http://127.0.0.1:3000/api/v1/${file}`, { method, headers, body: body && JSON.stringify(body) })
  const answer = await handlers[method](request, { params: Promise.resolve(params) })
  const text = await answer.text()
  seen.push(text, JSON.stringify([...answer.headers]))
  return { status: answer.status, text }
}

const at = () => `https://127.0.0.1:${(chatty.address() as AddressInfo).port}`
const byToken = () => ({ by: 'token', server: at(), ca: CERTIFICATE_A, tlsServerName: 'slipway-a', token: TOKEN })
const byKey = () => ({
  by: 'certificate',
  server: at(),
  ca: CERTIFICATE_A,
  tlsServerName: 'slipway-a',
  clientCertificate: CERTIFICATE_A,
  clientKey: KEY_A,
})
const kubeconfig = (user: string) =>
  `{clusters: [{name: c, cluster: {server: "${at()}", tls-server-name: slipway-a, certificate-authority-data: ${Buffer.from(CERTIFICATE_A).toString('base64')}}}], users: [{name: u, user: {token: ${OTHER_TOKEN}${user}}}], contexts: [{name: x, context: {cluster: c, user: u}}]}`
const nothingOf = (texts: readonly string[]) =>
  texts.flatMap((text) => MARKS.filter((mark) => text.includes(mark)).map((mark) => `${mark} in ${text.slice(0, 300)}`))

describe('a cluster’s secret', () => {
  const ids: string[] = []
  it('is taken, used, refused and replaced without leaving again in an answer, a log line or an announcement', async () => {
    for (const access of [byToken(), byKey(), { by: 'kubeconfig', kubeconfig: kubeconfig('') }]) {
      const made = await call('clusters', 'POST', {}, { ...ADDED, name: `k-${newId().slice(-12)}`, access })
      expect(made.status).toBe(201)
      const { id: clusterId } = JSON.parse(made.text) as { id: string }
      ids.push(clusterId)
      const probe = await call('clusters/[clusterId]/probe', 'POST', { clusterId })
      expect(JSON.parse(probe.text)).toMatchObject({ ok: false, text: expect.stringContaining('no entry for') })
      const edit = (change: object) => call('clusters/[clusterId]', 'PATCH', { clusterId }, { driver: 'kubernetes', ...change })
      expect((await edit({ hostname: 'models.example.org' })).status).toBe(200)
      expect((await edit({ access: { ...byToken(), server: 'https://169.254.169.254' } })).status).toBe(422)
      expect((await edit({ access: { ...byToken(), token: `${TOKEN} ${TOKEN}` } })).status).toBe(422)
      expect((await edit({ access: { ...byKey(), clientCertificate: CERTIFICATE_B } })).status).toBe(422)
      expect((await edit({ access: { by: 'kubeconfig', kubeconfig: kubeconfig(', exec: {}') } })).status).toBe(422)
      expect((await edit({ access: { by: 'kubeconfig', kubeconfig: `${kubeconfig('')}}` } })).status).toBe(422)
      expect((await edit({ access: { by: TOKEN, token: TOKEN } })).status).toBe(422)
      await call('clusters/[clusterId]/identity', 'POST', { clusterId })
    }
    const away = env().SLIPWAY_ENGINE_URL
    env().SLIPWAY_ENGINE_URL = 'http://127.0.0.1:9'
    expect((await call('clusters', 'POST', {}, { ...ADDED, name: `k-${newId().slice(-12)}`, access: byToken() })).status).toBe(503)
    env().SLIPWAY_ENGINE_URL = away
    expect(seen.length).toBeGreaterThan(40)
    expect(shown).toContain(`Bearer ${TOKEN}`)
    expect(nothingOf(seen)).toEqual([])
  })

  it('stands in no reader of the API and in nothing that a page is given', async () => {
    const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter((file) => path.basename(file) === 'route.ts')
    const texts: string[] = []
    for (const file of files.map((each) => path.dirname(each))) {
      const handlers = (await import(path.join(API, file, 'route.ts'))) as Record<string, Handler>
      if (!handlers.GET) continue
      const names = [...file.matchAll(/\[(\w+)\]/g)].map((match) => match[1])
      const params = Object.fromEntries(names.map((name) => [name, name === 'clusterId' ? ids[0] : newId()]))
      texts.push((await call(file, 'GET', params)).text)
    }
    const admin = actorIn(null, 'admin')
    texts.push(
      JSON.stringify(await listClusters(admin)),
      ...(await Promise.all(ids.map(async (id) => JSON.stringify(await getCluster(admin, id))))),
    )
    expect(texts.join('')).toContain(ids[0])
    expect(nothingOf(texts)).toEqual([])
  })

  it('stands in no column of any table, the sealed one included', async () => {
    const tables = await db().$queryRaw<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'telemetry')
        and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`
    expect(tables.length).toBeGreaterThan(30)
    for (const { name } of tables) {
      const rows = await db().$queryRawUnsafe<{ text: string }[]>(`select t::text as text from ${name} t`)
      const sealed = MARKS.map((mark) => Buffer.from(mark).toString('hex'))
      const found = rows.filter(({ text }) => [...MARKS, ...sealed].some((mark) => text.includes(mark)))
      expect(found.map(() => name)).toEqual([])
    }
    expect(await db().audit.count({ where: { targetId: { in: ids } } })).toBeGreaterThanOrEqual(12)
  })

  it('would be found by this test, if it stood anywhere', () => {
    expect(nothingOf([`x ${TOKEN} y`, KEY_A, KEY_B])).toHaveLength(1 + KEY_A.split('\n').length - 2)
  })
})
