import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PresetName } from './presets'
import { askPrometheus } from './prometheus'

const NOW = 1_763_000_000_000
const span = { from: NOW - 240_000, to: NOW }
const [one, two] = ['prod-flight-delay-0a1b2c3d4e-v1-1111111111', 'prod-flight-delay-0a1b2c3d4e-v2-2222222222']
const asked = { namespace: 'models', route: 'prod-flight-delay-0a1b2c3d4e', services: [one, two] }

let server: Server
let address = ''
let got: { query: string; time: string | null; authorization: string | undefined }[] = []
/** Series of the metric, by the query; a test sets it. */
let answer: (query: string, response: ServerResponse, request: IncomingMessage) => void = () => undefined

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host')
    if (pathname !== '/prometheus/api/v1/query') return void response.writeHead(404).end()
    const query = searchParams.get('query') ?? ''
    got.push({ query, time: searchParams.get('time'), authorization: request.headers.authorization })
    answer(query, response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prometheus`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  got = []
})

const ask = (preset: PresetName, token: string | null = null) =>
  askPrometheus({ preset, address, token, allow: { loopback: true } }, asked, span)

type Metric = Record<string, string>
/** As Prometheus writes it: a sample every 15 s, from so many scrapes ago. */
const series = (metric: Metric, perScrape: number, scrapes = 16, from = 1_000) => ({
  metric,
  values: Array.from({ length: scrapes }, (_, i) => [(NOW - (scrapes - 1 - i) * 15_000) / 1_000, String(from + i * perScrape)]),
})
const matrix = (result: unknown[]) => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })
/** Answers each query with the series whose label its selector names. */
function serve(own: ReturnType<typeof series>[], pods: ReturnType<typeof series>[] = []): void {
  answer = (query, response) => {
    const name = query.startsWith('kube_pod_info') ? pods : own.filter(({ metric }) => matches(query, metric))
    response.writeHead(200, { 'content-type': 'application/json' }).end(matrix(name))
  }
}

/** A selector as Prometheus reads it: every matcher must hold, expressions over the whole of the label. */
function matches(query: string, metric: Metric): boolean {
  const [, name, inner] = /^([a-z_]+)\{(.*)\}\[240s\]$/.exec(query) ?? []
  if (name !== metric.__name__) return false
  return [...inner.matchAll(/([a-z_]+)(=~|=)"((?:[^"\\]|\\.)*)"/g)].every(([, label, how, text]) =>
    how === '=' ? metric[label] === text : new RegExp(`^(?:${text})$`).test(metric[label] ?? ''),
  )
}

const TRAEFIK = 'httproute-models-x-gw-gateways-public-ep-web-0-abc-svc-models'
/** Per preset: the labels of the two versions' series, as the gateway's own documentation and code have them (those of Traefik 3.6 as it told them), and one that is none of theirs. */
const SHAPES: [PresetName, string, Metric, Metric, Metric][] = [
  [
    'istio',
    'istio_requests_total',
    { reporter: 'source', destination_service_namespace: 'models', destination_service_name: one, response_code: '200' },
    { reporter: 'source', destination_service_namespace: 'models', destination_service_name: two, response_code: '200' },
    { reporter: 'destination', destination_service_namespace: 'models', destination_service_name: two, response_code: '200' },
  ],
  [
    'nginx-gateway-fabric',
    'nginx_http_upstream_peer_requests_total',
    { nginx_upstream_name: `models_${one}_80`, nginx_peer_address: '10.0.0.1:8080' },
    { nginx_upstream_name: `models_${two}_80`, nginx_peer_address: '10.0.0.2:8080' },
    { nginx_upstream_name: `other_${two}_80`, nginx_peer_address: '10.0.0.3:8080' },
  ],
  [
    'traefik',
    'traefik_service_requests_total',
    { code: '200', method: 'POST', protocol: 'http', service: `models-${one}-http-80@kubernetesgateway` },
    { code: '200', method: 'POST', protocol: 'http', service: `models-${two}-http-80@kubernetesgateway` },
    { code: '200', method: 'POST', protocol: 'http', service: `other-${two}-http-80@kubernetesgateway` },
  ],
  [
    'traefik',
    'traefik_service_requests_total',
    { service: `models-${one}-80@kubernetesgateway`, code: '200' },
    { service: 'traefik-metrics', exported_service: `${TRAEFIK}-${two}-1@kubernetesgateway`, code: '200' },
    { service: `models-${two}0-80@kubernetesgateway`, code: '200' },
  ],
  [
    'linkerd',
    'outbound_http_route_backend_requests_total',
    { backend_kind: 'Service', backend_namespace: 'models', backend_name: one, backend_port: '80' },
    { backend_kind: 'Service', backend_namespace: 'models', backend_name: two, backend_port: '80' },
    { backend_kind: 'Service', backend_namespace: 'other', backend_name: two, backend_port: '80' },
  ],
]

describe('a gateway that counts', () => {
  test.each(SHAPES)('%s is asked for its metric, and each Service gets its own requests', async (preset, metric, first, second, alien) => {
    const named = (labels: Metric) => ({ __name__: metric, ...labels })
    serve([series(named(first), 300), series(named(second), 100), series(named(alien), 9_000)])
    expect(await ask(preset, 'a-token')).toEqual({
      ...{ ok: true, from: NOW - 225_000, to: NOW },
      requests: new Map([
        [one, 4_500],
        [two, 1_500],
      ]),
    })
    expect(new Set(got.map(({ authorization, time }) => `${authorization} ${time}`))).toEqual(
      new Set([`Bearer a-token ${NOW / 1_000}.000`]),
    )
  })

  test('Envoy Gateway counts addresses, which the pods of the versions have; one that no pod has is no number', async () => {
    const cluster = `httproute/models/${asked.route}/rule/0`
    const of = (address: string) => ({
      __name__: 'envoy_cluster_endpoint_rq_total',
      envoy_cluster_name: cluster,
      envoy_endpoint_address: address,
    })
    const pod = (ip: string, service: string) => series({ __name__: 'kube_pod_info', pod_ip: ip, pod: `${service}-5d4f-x2` }, 0, 16, 1)
    const pods = [pod('10.1.0.4', one), pod('10.1.0.5', two), pod('fd00::9', two)]
    const own = [series(of('10.1.0.4:8080'), 300), series(of('10.1.0.5:8080'), 60), series(of('[fd00::9]:8080'), 40)]
    serve(own, pods)
    expect(await ask('envoy-gateway')).toMatchObject({
      ok: true,
      requests: new Map([
        [one, 4_500],
        [two, 1_500],
      ]),
    })
    serve([...own, series(of('10.1.0.77:8080'), 5)], pods)
    expect(await ask('envoy-gateway')).toMatchObject({ ok: false, reason: expect.stringContaining('kube_pod_info does not say whose') })
    // A pod of the one version ended within the time, and one of the other got its address.
    serve(own, [...pods, pod('10.1.0.4', two)])
    expect(await ask('envoy-gateway')).toMatchObject({ ok: false, reason: expect.stringContaining('kube_pod_info does not say whose') })
    serve(own, [...pods, pod('10.1.0.4', one)])
    expect(await ask('envoy-gateway')).toMatchObject({ ok: true })
  })

  test('is counted from when all of it was, through a restart of its counters, and not before', async () => {
    const [, metric, first, second] = SHAPES[0]
    const named = (labels: Metric) => ({ __name__: metric, ...labels })
    const restarted = series(named({ ...first, response_code: '500' }), 10)
    restarted.values = restarted.values.map(([at], i) => [at, String(i < 12 ? 5_000 + i * 10 : (i - 12) * 10)])
    // The candidate is there for four scrapes, with a count that it had before the first.
    serve([series(named(first), 300), series(named(second), 100, 4, 900), restarted])
    expect(await ask('istio')).toEqual({
      ...{ ok: true, from: NOW - 45_000, to: NOW },
      requests: new Map([
        [one, 930],
        [two, 300],
      ]),
    })
  })
})

describe('an answer that is no number', () => {
  const json = (body: string, status = 200) => {
    answer = (_query, response) => void response.writeHead(status).end(body)
  }
  const [, metric, first] = SHAPES[0]
  const counter = (values: unknown[]) => matrix([{ metric: { __name__: metric, ...first }, values }])
  test.each([
    ['nothing of the metric', matrix([]), /has no istio_requests_total of these Services/],
    ['no JSON', '<html>', /no answer of Prometheus/],
    ['an error of Prometheus', '{"status":"error","errorType":"bad_data","error":"parse error"}', /no answer of Prometheus/],
    ['a sum instead of samples', '{"status":"success","data":{"resultType":"vector","result":[]}}', /no answer of Prometheus/],
    [
      'a count that is NaN',
      counter([
        [1, '1'],
        [2, 'NaN'],
      ]),
      /no answer of Prometheus/,
    ],
    [
      'a count that is empty',
      counter([
        [1, '1'],
        [2, ''],
      ]),
      /no answer of Prometheus/,
    ],
    [
      'a count without end',
      counter([
        [1, '1'],
        [2, '+Inf'],
      ]),
      /no answer of Prometheus/,
    ],
    [
      'a negative count',
      counter([
        [1, '1'],
        [2, '-5'],
      ]),
      /no answer of Prometheus/,
    ],
    [
      'a number instead of its text',
      counter([
        [1, 1],
        [2, 2],
      ]),
      /no answer of Prometheus/,
    ],
    [
      'times that run backwards',
      counter([
        [2, '1'],
        [1, '2'],
      ]),
      /no answer of Prometheus/,
    ],
    ['more series than are read', matrix(Array.from({ length: 2_001 }, () => ({ metric: {}, values: [] }))), /no answer of Prometheus/],
    ['one sample', counter([[NOW / 1_000, '5']]), /less than two samples/],
  ])('%s', async (_, body, reason) => {
    json(body)
    expect(await ask('istio')).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  })

  test('a refusal says its status, and nothing of its body', async () => {
    json('denied: Bearer a-token', 403)
    const said = await ask('istio', 'a-token')
    expect(said).toEqual({ ok: false, reason: 'its Prometheus answered 403.', soon: false })
  })

  test('a redirect is not followed', async () => {
    answer = (_query, response) => void response.writeHead(302, { location: `${address}/api/v1/query` }).end()
    expect(await ask('istio')).toMatchObject({ reason: 'its Prometheus answered 302.' })
    expect(got).toHaveLength(1)
  })

  test('an answer without end is cut off, and one that never comes is given up', { timeout: 15_000 }, async () => {
    answer = (_query, response) => {
      const more = () => response.write(Buffer.alloc(65_536, 32)) && setImmediate(more)
      response.writeHead(200).on('drain', more)
      more()
    }
    expect(await ask('istio')).toMatchObject({ reason: 'its Prometheus answered more than 4 MB.' })
    answer = () => undefined
    expect(await ask('istio')).toMatchObject({ reason: 'its Prometheus did not answer within 5 s.' })
  })

  test('an address that may not be asked is not asked', async () => {
    const refused = await askPrometheus(
      { preset: 'istio', address: 'http://169.254.169.254', token: 'x', allow: { loopback: true } },
      asked,
      span,
    )
    expect(refused).toMatchObject({ ok: false, reason: expect.stringContaining('link-local') })
    expect(await askPrometheus({ preset: 'istio', address, token: 'x', allow: {} }, asked, span)).toMatchObject({ ok: false })
    expect(got).toEqual([])
  })
})
