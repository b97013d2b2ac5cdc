import { rootCertificates } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { Legacy } from './adopted/legacy.fixture'
import { DriverCluster } from './cluster.fixture'
import { permissionsFor } from './probe'

const cluster = new DriverCluster()
const { driver } = cluster

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

const RULES = permissionsFor('gateway', true).map(
  ({ group, resource, subresource, verbs }): Rule => ({
    apiGroups: [group],
    resources: [subresource ? `${resource}/${subresource}` : resource],
    verbs: [...verbs],
  }),
)

/** The token of a service account with exactly these rules in the namespace. */
async function tokenWith(name: string, rules: Rule[]): Promise<string> {
  const { api, namespace } = cluster.shared
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
  const metadata = { name }
  await api.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata })
  await api.send('POST', `${rbac}/roles`, { metadata, rules })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }
  await api.send('POST', `${rbac}/rolebindings`, { metadata, roleRef, subjects: [{ kind: 'ServiceAccount', name, namespace }] })
  const request = { spec: { expirationSeconds: 3_600 } }
  const { status } = await api.send<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    request,
  )
  return status.token
}

test('a token with exactly the permissions that the probe asks for does everything: apply, weights, preview, logs, survey, removal', async () => {
  const target = cluster.target({ credential: { token: await tokenWith('enough', RULES) } })
  await vi.waitUntil(async () => {
    const probed = await driver.probe(target, cluster.signal())
    return probed.ok && probed.detail.includes('all permissions')
  }, 30_000)
  const wish = cluster.wish()
  const turn = async () => {
    const answer = await driver.apply(target, wish, cluster.signal())
    if (!answer.ok) throw new Error(JSON.stringify(answer))
    return answer.observed.generation === 1
  }
  await vi.waitUntil(turn, { timeout: 30_000, interval: 100 })
  expect(
    await driver.preview(
      target,
      { ...wish, arms: [...wish.arms, cluster.arm({ role: 'candidate', number: 2, weight: 0 })] },
      cluster.signal(),
    ),
  ).toMatchObject({
    ok: true,
    changes: expect.not.arrayContaining([expect.objectContaining({ kind: 'refused' })]),
  })
  expect(await driver.logs(target, wish.endpointId, 5, cluster.signal())).toMatchObject({ ok: true })
  const unseen = 'InferenceServices not looked at: the role may not list them.'
  const surveyed = await driver.survey?.(target, cluster.signal())
  expect(surveyed).toMatchObject({ ok: true, routes: [], inferences: { found: [], unseen } })
  expect(await driver.remove(target, { ...wish, generation: 2 }, cluster.signal())).toMatchObject({ ok: true })
})

test('a route that the role may not write is neither taken over nor given back, and both are refused with the API server’s words', async () => {
  const legacy = new Legacy(cluster)
  const wish = cluster.wish()
  await Promise.all([legacy.make(), cluster.routed(wish)])
  const ask = async (share: number) => {
    const survey = await driver.survey?.(cluster.target(), cluster.signal())
    const seen = (survey?.ok && survey.routes.find(({ name }) => name === legacy.name)?.seen) || ''
    return { endpointId: wish.endpointId, route: legacy.name, seen, share, rewrite: false, despite: [] }
  }
  expect(await driver.takeRoute?.(cluster.target(), await ask(0), cluster.signal())).toEqual({ ok: true, kind: 'written' })
  const rules = RULES.map((rule) => (rule.resources.includes('httproutes') ? { ...rule, verbs: ['list'] } : rule))
  const target = cluster.target({ credential: { token: await tokenWith('looks', rules) } })
  await vi.waitUntil(async () => (await driver.survey?.(target, cluster.signal()))?.ok, 30_000)
  const words = { ok: false, kind: 'refused', reason: expect.stringMatching(/httproutes.*forbidden/) }
  expect(await driver.takeRoute?.(target, await ask(5_000), cluster.signal())).toMatchObject(words)
  expect(await driver.returnRoute?.(target, await ask(5_000), cluster.signal())).toMatchObject(words)
})

test('what is not granted is named by the probe, and a wish is refused with the API server’s words', async () => {
  const rules = RULES.filter(({ resources }) => !resources.includes('deployments'))
  const target = cluster.target({ credential: { token: await tokenWith('less', rules) } })
  const probed = await vi.waitUntil(async () => {
    const answer = await driver.probe(target, cluster.signal())
    return answer.ok && !answer.detail.includes('httproutes') && answer
  }, 30_000)
  expect(probed.detail).toMatch(/not granted in namespace \S+: list deployments, .*delete deployments;/)
  expect(await driver.apply(target, cluster.wish(), cluster.signal())).toMatchObject({
    ok: false,
    kind: 'refused',
    reason: expect.stringMatching(/deployments.*forbidden/),
  })
})

test.each([
  ['a token that is wrong', () => cluster.target({ credential: { token: 'wrong' } }), /wrong, expired or revoked/],
  ['a CA of somebody else', () => cluster.target({ ca: rootCertificates[0] }), /not signed by the CA/],
  ['a metadata address', () => cluster.target({ server: 'https://169.254.169.254' }), /link-local/],
])('%s is said in plain words, without the token', async (_what, target, expected) => {
  const answer = await driver.observe(target(), cluster.signal())
  expect(answer).toMatchObject({ ok: false, kind: 'unreachable', reason: expect.stringMatching(expected) })
  expect(JSON.stringify(answer)).not.toContain(cluster.shared.server.token)
})

test('a namespace that is gone is said, and nothing is served from it', async () => {
  const target = cluster.target({ namespace: 'gone' })
  expect(await driver.apply(target, cluster.wish(), cluster.signal())).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/namespaces "gone" not found/),
  })
})

test('the probe says version, gateways, KServe and quota', async () => {
  const { api, namespace } = cluster.shared
  await api.send('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, { metadata: { name: 'few' }, spec: { hard: { pods: '50' } } })
  await vi.waitUntil(async () => {
    const probed = await driver.probe(cluster.target(), cluster.signal())
    return (
      probed.ok &&
      /^v1\./.test(probed.version) &&
      /no gateway class.*there is none.*KServe is installed.*pods \d+ of 50/.test(probed.detail)
    )
  }, 30_000)
})
