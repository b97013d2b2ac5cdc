import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { driverContract } from '@/lib/drivers/contract'
import type { ClusterTarget } from '@/lib/drivers/driver'
import { DriverCluster, MISSING } from '@/lib/drivers/kubernetes/cluster.fixture'
import { permissionsFor } from '@/lib/drivers/kubernetes/probe'
import { freePort } from '@/scripts/free-port.mjs'
import { needs } from '@/tools/k8s/cluster.fixture'
import { seen } from '@/tools/k8s/seen'
import { applied, tokenOf } from './applied.fixture'
import { type Manifest, render } from './kustomization'
import { type Permission, permissionsOf, type Role, without } from './role.fixture'

/** What is only shown: where it is not granted, the probe says so, and all else goes on. */
const SHOWN = ['list metrics.k8s.io/pods', 'list /resourcequotas']
/** The same of what the driver asks for: why KServe does not run a version. */
const WORDS = ['list serving.kserve.io/inferenceservices']

/** Events that may not be listed are left out of the logs: the rest of them is shown. */
const UNTOLD = 'no event is told'

const nameOf = ({ verb, group, resource }: Permission) => `${verb} ${group}/${resource}`

/** A cluster in which the role of a folder is granted, and how it is driven. */
export class Granted {
  readonly cluster: DriverCluster
  readonly serving: { autoscaler: { max: number } } | undefined
  role!: Role
  target!: ClusterTarget

  constructor(folder: string, mode: 'gateway' | 'kserve') {
    this.cluster = new DriverCluster(mode)
    this.serving = mode === 'gateway' ? { autoscaler: { max: 3 } } : undefined
    beforeEach((context) => needs(context, this.cluster.shared.server, 'kubelet'))
    beforeAll(async () => {
      const { api, namespace } = this.cluster.shared
      const manifests = render(folder, namespace).map((each) => {
        const { subjects } = each as { subjects?: { name: string }[] }
        return subjects ? { ...each, subjects: subjects.map((subject) => ({ ...subject, namespace })) } : each
      })
      for (const manifest of manifests) await applied(api, manifest)
      this.role = manifests.find(({ kind }) => kind === 'Role') as Role
      const credential = { token: await tokenOf(api, namespace, 'slipway') }
      this.target = this.cluster.target({ credential, serving: this.serving })
    })
    afterEach(() => applied(this.cluster.shared.api, this.role))
  }

  /** An endpoint's life in short, turn by turn: two versions, then one, then none, looked at in between. Says what was refused, or null. */
  async troubleOfALife(): Promise<string | null> {
    const { cluster, target } = this
    const { driver } = cluster
    const live = cluster.arm()
    const first = cluster.wish({ arms: [live, cluster.arm({ role: 'candidate', number: 2, weight: 0 })] })
    for (const wish of [first, { ...first, generation: 2, arms: [live] }]) {
      const preview = await driver.preview(target, wish, cluster.signal())
      const refused = preview.ok ? preview.changes.find(({ kind }) => kind === 'refused')?.text : preview.reason
      if (refused) return `preview: ${refused}`
      const trouble = await seen(`generation ${wish.generation}`, 60, async () => {
        const done = await driver.apply(target, wish, cluster.signal())
        if (!done.ok) return `apply: ${'reason' in done ? done.reason : done.kind}`
        const observed = await driver.observe(target, cluster.signal())
        if (!observed.ok) return `observe: ${observed.reason}`
        return observed.endpoints.get(wish.endpointId)?.generation === wish.generation ? 'none' : null
      })
      if (trouble !== 'none') return trouble
    }
    const told = await seen('an event of it', 15, async () => {
      const answer = await driver.logs(target, first.endpointId, 100, cluster.signal())
      return answer.ok ? answer.lines.some(({ stream }) => stream === 'event') && 'told' : answer.reason
    }).catch(() => UNTOLD)
    if (told !== 'told') return `logs: ${told}`
    const removed = await driver.remove(target, { endpointId: first.endpointId, fence: 1, generation: 3 }, cluster.signal())
    return removed.ok ? null : `remove: ${'reason' in removed ? removed.reason : removed.kind}`
  }
}

/** The promises of a target cluster's role: it is enough, and none of it is too much. */
export function roleKept(granted: Granted): void {
  const { cluster } = granted
  const { driver, mode } = cluster

  test('the role grants what the driver says it needs and what is shown, and nothing else', () => {
    const needed = permissionsFor(mode, granted.serving !== undefined).flatMap(({ group, resource, subresource, verbs }) =>
      verbs.map((verb) => nameOf({ group, verb, resource: subresource ? `${resource}/${subresource}` : resource })),
    )
    expect(permissionsOf(granted.role.rules).map(nameOf).sort()).toEqual([...needed, ...SHOWN].sort())
  })

  driverContract('kubernetes, with a token of exactly this role:', async () => ({
    driver,
    cluster: granted.target,
    unreachable: cluster.target({ server: `https://127.0.0.1:${await freePort()}` }),
    digests: ['a'.repeat(64), 'b'.repeat(64)],
    missing: MISSING,
    turns: true,
    close: async () => undefined,
  }))

  test('with the role an endpoint lives; without any one of its permissions something of its life is refused', {
    timeout: 600_000,
  }, async () => {
    expect(await granted.troubleOfALife()).toBeNull()
    const useless: string[] = []
    for (const left of permissionsOf(granted.role.rules)) {
      // Logs need a kubelet that keeps some: the probe says it, below.
      if ([...SHOWN, ...WORDS].includes(nameOf(left)) || left.resource === 'pods/log') continue
      await applied(cluster.shared.api, without(granted.role, left))
      // Of this very permission: for a moment the one before may still be lacking.
      const named = left.resource === 'events' ? UNTOLD : `cannot ${left.verb} resource "${left.resource}"`
      const own = async () => (await granted.troubleOfALife())?.includes(named)
      if (!(await seen(`trouble without ${nameOf(left)}`, 15, own).catch(() => false))) useless.push(nameOf(left))
    }
    expect(useless).toEqual([])
  })

  test('without any one of its permissions the probe names it', { timeout: 300_000 }, async () => {
    const { api, namespace } = cluster.shared
    for (const left of permissionsOf(granted.role.rules)) {
      if (left.group === 'metrics.k8s.io') continue
      const lacks = `not granted in namespace ${namespace}: ${left.verb} ${left.resource};`
      const told = left.resource === 'resourcequotas' ? 'quota not readable' : lacks
      await applied(api, without(granted.role, left) as Manifest)
      await seen(told, 15, async () => {
        const probed = await driver.probe(granted.target, cluster.signal())
        return probed.ok && probed.detail.includes(told)
      })
    }
  })
}
