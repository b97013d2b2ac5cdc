import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordArms } from '@/lib/drivers/kubernetes/record'
import { endpointName } from '@/lib/drivers/kubernetes/render/names'
import { renderService } from '@/lib/drivers/kubernetes/render/render'
import { renderRoute } from '@/lib/drivers/kubernetes/render/route'
import { armOf, wishOf } from '@/lib/drivers/kubernetes/render/wish.fixture'
import { routeWeights } from '@/lib/drivers/kubernetes/route-facts'
import type { Wish } from '../wish'
import { commandOf } from './box'
import { pasted } from './kubectl.fixture'

const config = { server: 'https://10.0.0.7:6443', namespace: 'models', gateway: { name: 'public', namespace: 'gateways' }, auth: 'token' }
const canary = wishOf({ arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] })

function command(wish: Wish | null, over: { config?: unknown; promoted?: ReadonlySet<string> } = {}) {
  const cluster = { cluster: 'onprem-1', driver: 'kubernetes', config, wish, promoted: new Set<string>(), ...over }
  return commandOf(wish?.endpointId ?? '', cluster)
}

interface Spec {
  rules: { matches: object[]; filters: object[]; backendRefs: object[] }[]
}

/** The route of a wish, all of its arms routed. */
function routeOf(wish: Wish) {
  const arms = recordArms(wish)
  const parent = { gateway: config.gateway, hostname: null }
  const names = { name: endpointName(wish), namespace: config.namespace, service: endpointName(wish), serverPath: '/v2/models/fraud' }
  return renderRoute({ ...names, endpoint: wish, parent, generation: 7, observe: null, arms, mirror: null, pins: arms, removed: false })
}

/** The spec after a JSON patch (RFC 6902) of `test` and `replace` on the first rule. */
function patched(spec: Spec, body: unknown): Spec {
  const after = structuredClone(spec)
  for (const { op, path, value } of body as { op: string; path: string; value: object[] }[]) {
    const field = path.replace(/^\/spec\/rules\/0\//, '') as 'matches' | 'backendRefs'
    if (op === 'test') expect(after.rules[0][field]).toEqual(value)
    else if (op === 'replace') after.rules[0][field] = value
    else throw new Error(`${op} is not known here`)
  }
  return after
}

test('the text gives every request of the route to the live version, and changes nothing else of it', () => {
  const { to, code } = command(canary)
  expect(to).toBe(1)
  const [route] = pasted(code ?? '')
  const object = routeOf(canary)
  expect(route).toMatchObject({ kind: 'httproute', name: object.metadata.name, namespace: 'models', type: 'json' })
  const before = object.spec as Spec
  const after = patched(before, route.body)
  const [live, candidate] = canary.arms
  expect([...routeWeights(after, recordArms(canary))]).toEqual([
    [live.versionId, 10_000],
    [candidate.versionId, 0],
  ])
  expect({ ...after, rules: [{ ...after.rules[0], backendRefs: [] }, ...after.rules.slice(1)] }).toEqual({
    ...before,
    rules: [{ ...before.rules[0], backendRefs: [] }, ...before.rules.slice(1)],
  })
})

test('the text leads callers within the cluster there too, and has the Service written again with the next wish', () => {
  const arms = [armOf(1, { weight: 1_000 }), armOf(2, { weight: 9_000 })]
  const [, service] = pasted(command(wishOf({ arms })).code ?? '')
  const wanted = renderService(canary, 'models', arms)
  expect(service).toMatchObject({ kind: 'service', name: wanted.metadata.name, namespace: 'models', type: 'merge' })
  expect(service.body).toEqual({
    metadata: { annotations: { 'slipway.dev/rendered': null } },
    spec: { selector: { 'slipway.dev/version': arms[0].versionId } },
  })
  expect(wanted.metadata.annotations).toHaveProperty(['slipway.dev/rendered'])
  expect((wanted.spec as { selector: object }).selector).toHaveProperty(['slipway.dev/version'], arms[1].versionId)
})

test('whatever a model and its environment are called, a shell hands the text on as it is meant', () => {
  const name = fc.string({ minLength: 1, maxLength: 40 })
  const wishes = [
    ["it's $(reboot)", '`x` && "y"'],
    ['Ångström \n', '\\ ;'],
    ...fc.sample(fc.tuple(name, name), { numRuns: 20, seed: 7 }),
  ].map(([model, environment]) => wishOf({ arms: canary.arms, model, environment }))
  // One shell for all of them.
  const patches = pasted(wishes.map((wish) => command(wish).code).join('\n'))
  wishes.forEach((wish, i) => {
    const [route, service] = patches.slice(2 * i)
    expect([route.name, service.name]).toEqual([endpointName(wish), endpointName(wish)])
    patched(routeOf(wish).spec as Spec, route.body)
  })
})

test('a version that was never promoted here is nothing to go back to; one that was and is kept ready is', () => {
  const started = wishOf({ arms: [armOf(1), armOf(2)] })
  expect(command(started)).toMatchObject({ to: null, code: null, says: expect.stringContaining('rescue') })
  expect(command(started, { promoted: new Set([armOf(2).versionId]) })).toMatchObject({ to: 2, code: expect.stringContaining('kubectl') })
  const asleep = wishOf({ arms: [armOf(1), armOf(2, { replicas: 0 })] })
  expect(command(asleep, { promoted: new Set([armOf(2).versionId]) }).code).toBeNull()
})

test('the text says where to run it, who may, and what Slipway does then; a configuration that cannot be read gives none', () => {
  const { says } = command(canary)
  for (const part of ['https://10.0.0.7:6443', 'namespace models', 'onprem-1', 'read-only', 'adopt', 'restore'])
    expect(says).toContain(part)
  expect(command(canary, { config: { ...config, namespace: 'a; reboot' } })).toMatchObject({
    code: null,
    says: expect.stringContaining('rescue'),
  })
  expect(command(null)).toMatchObject({ to: null, code: null })
})
