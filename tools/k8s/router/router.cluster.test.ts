import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningNamespace } from '../running/kubelet.fixture'
import { seen } from '../seen'
import { type Router, startRouter } from './router'

const own = runningNamespace()
const { server, api, namespace } = own
const ROUTES = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`
let router: Router

/** Answers with its name and what it was sent. */
const ECHO = `
  const [name, port] = process.argv.slice(1).map((word) => word.split('=')[1])
  require('node:http')
    .createServer(({ url, headers }, response) => response.setHeader('x-version', name).end(JSON.stringify({ url, told: headers['x-told'] })))
    .listen(Number(port), process.env.HOST).keepAliveTimeout = 65_000
`

beforeAll(async () => {
  if (server.existing) return
  router = await startRouter(server, { namespace, gateway: { name: 'public', namespace }, dial: own.kubelet.reach })
  await Promise.all(['one', 'two'].map(version))
})
afterAll(() => router?.stop())

/** A pod and its Service, both called so. */
async function version(name: string) {
  const metadata = { name, labels: { app: name } }
  const container = {
    ...{ name: 'model', image: 'registry.example.org/slipway', command: ['node', '-e', ECHO, '--', `--name=${name}`, '--port=8080'] },
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
  }
  await api.send('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata, spec: { containers: [container] } })
  const spec = { selector: metadata.labels, ports: [{ port: 80, targetPort: 'http' }] }
  await api.send('POST', `/api/v1/namespaces/${namespace}/services`, { metadata, spec })
}

async function apply(weights: Record<string, number>, gateway = 'public'): Promise<void> {
  const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }))
  const filters = [
    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } } },
    { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-told', value: JSON.stringify(weights) }] } },
  ]
  const rules = [{ matches: [{ path: { type: 'PathPrefix', value: '/models' } }], filters, backendRefs }]
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: gateway } }
  const spec = { parentRefs: [{ name: gateway }], rules }
  await api.send('PATCH', `${ROUTES}/${gateway}?fieldManager=tests&force=true`, { ...route, spec }, 'application/apply-patch+yaml')
}

function accepted(name: string) {
  type Status = {
    metadata: { generation: number }
    status?: { parents: { conditions: { observedGeneration: number; status: string }[] }[] }
  }
  return seen('the route accepted', 30, async () => {
    const { metadata, status } = await api.get<Status>(`${ROUTES}/${name}`)
    return status?.parents[0]?.conditions.every((each) => each.status === 'True' && each.observedGeneration === metadata.generation)
  })
}

test('requests go to ready pods by the weights that were accepted last, each told what its rule says; what is attached to another gateway is not routed', async () => {
  const ask = () => fetch(`${router.url}/models/fraud/infer?x=1`, { headers: { 'x-told': 'a lie' } })
  expect((await ask()).status).toBe(404)
  await apply({ one: 1, two: 3 })
  await accepted('public')
  await seen('both ready', 60, async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, ask))
    // Of 16 one in a hundred times all go to one of them.
    return answers.every(({ status }) => status === 200) && new Set(answers.map(({ headers }) => headers.get('x-version'))).size === 2
  })
  const answers: Response[] = []
  while (answers.length < 400) answers.push(...(await Promise.all(Array.from({ length: 20 }, ask))))
  const two = answers.filter(({ headers }) => headers.get('x-version') === 'two').length
  // Five standard deviations of 400 draws.
  expect(Math.abs(two - 300)).toBeLessThan(44)
  expect(await answers[0].json()).toEqual({ url: '/v2/fraud/infer?x=1', told: '{"one":1,"two":3}' })

  await apply({ one: 0, two: 1 })
  await accepted('public')
  const later = await Promise.all(Array.from({ length: 50 }, ask))
  expect(new Set(later.map(({ headers }) => headers.get('x-version')))).toEqual(new Set(['two']))

  await api.send('DELETE', `${ROUTES}/public`)
  await apply({ one: 1 }, 'other')
  await seen('no route', 30, async () => (await ask()).status === 404)
})

test('a Service without ready pods answers 503', async () => {
  await api.send('POST', `/api/v1/namespaces/${namespace}/services`, {
    ...{ metadata: { name: 'empty' }, spec: { selector: { app: 'none' }, ports: [{ port: 80 }] } },
  })
  await apply({ empty: 1 })
  await seen('it', 30, async () => (await fetch(`${router.url}/models`)).status === 503)
})
