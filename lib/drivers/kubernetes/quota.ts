import * as z from 'zod'
import type { Answer } from './answer'
import type { Hand } from './clients'
import { LABELS } from './render/names'
import type { KubeObject } from './render/object'
import { holdsConfig, isEnded, type Pod, quantity } from './replicas'
import { minima } from './scale'

const Amounts = z.record(z.string(), z.string())
const Quota = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z
    .object({
      scopes: z.array(z.string()).default([]),
      scopeSelector: z.object({ matchExpressions: z.array(z.object({ scopeName: z.string() })).default([]) }).prefault({}),
    })
    .prefault({}),
  status: z.object({ hard: Amounts.default({}), used: Amounts.default({}) }).prefault({}),
})
/** What a namespace may use, and uses. */
export type Quota = z.output<typeof Quota>

/** Scopes that our pods fall under: they ask for CPU and memory, and run without an end. Of a quota with any other nothing is known. */
const OUR_SCOPES = new Set(['NotBestEffort', 'NotTerminating'])

export async function readQuotas({ client }: Hand, signal: AbortSignal): Promise<Answer<Quota[]>> {
  const answer = await client.list<unknown>(`/api/v1/namespaces/${encodeURIComponent(client.namespace)}/resourcequotas`, '', signal)
  return answer.ok ? { ok: true, value: answer.value.flatMap((each) => Quota.safeParse(each).data ?? []) } : answer
}

const Resources = z.object({ requests: Amounts.default({}), limits: Amounts.default({}) }).prefault({})
const Containers = z.array(z.object({ resources: Resources })).default([])
const Deployment = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({ containers: Containers, initContainers: Containers }),
    }),
  }),
})

/** Amounts by the names that quotas have for them: `pods`, `requests.cpu` (cores), `limits.memory` (bytes), `requests.nvidia.com/gpu`. */
export type Needs = ReadonlyMap<string, number>

/**
 * What the Deployments among these objects still need beside the pods that are there: a pod for each replica that has none yet which holds its config. A pod needs what its containers need
 * together, or the largest init container if that is more. Pods of another config that are replaced go on needing theirs until the new ones are ready.
 */
export function needsOf(objects: readonly KubeObject[], pods: readonly Pod[]): Needs {
  const needs = new Map<string, number>()
  const least = minima(objects)
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
    const { spec } = Deployment.parse(object)
    const { labels } = spec.template.metadata
    const there = pods.filter((pod) => !isEnded(pod) && holdsConfig(pod, labels[LABELS.config] ?? '')).length
    const more = (spec.replicas ?? least.get(object.metadata.name) ?? 0) - there
    if (more <= 0) continue
    for (const [what, amount] of podNeeds(spec.template.spec)) needs.set(what, (needs.get(what) ?? 0) + more * amount)
  }
  return needs
}

function podNeeds({ containers, initContainers }: z.output<typeof Deployment>['spec']['template']['spec']): Needs {
  const needs = new Map([['pods', 1]])
  for (const part of ['requests', 'limits'] as const) {
    const amounts = (list: typeof containers) => list.map(({ resources }) => resources[part])
    const names = new Set([...amounts(containers), ...amounts(initContainers)].flatMap(Object.keys))
    for (const name of names) {
      const of = (list: typeof containers) => amounts(list).map((each) => quantity(each[name]) ?? 0)
      const sum = of(containers).reduce((total, amount) => total + amount, 0)
      needs.set(`${part}.${name}`, Math.max(sum, ...of(initContainers)))
    }
  }
  return needs
}

/** Other names that quotas have for the same. */
const ALIASES: Record<string, string> = { cpu: 'requests.cpu', memory: 'requests.memory', 'count/pods': 'pods' }

/** In words with numbers: what the quotas do not leave of what is needed. */
export function shortages(quotas: readonly Quota[], needs: Needs): string[] {
  return quotas
    .filter(({ spec }) =>
      [...spec.scopes, ...spec.scopeSelector.matchExpressions.map(({ scopeName }) => scopeName)].every((scope) => OUR_SCOPES.has(scope)),
    )
    .flatMap(({ metadata, status }) =>
      Object.entries(status.hard).flatMap(([name, text]) => {
        const what = ALIASES[name] ?? name
        const [hard, used, need] = [quantity(text), quantity(status.used[name] ?? '0'), needs.get(what) ?? 0]
        if (hard === null || used === null || need === 0 || used + need <= hard * (1 + Number.EPSILON)) return []
        const [left, of, more] = [Math.max(0, hard - used), hard, need].map((amount) => said(what, amount))
        return [
          `ResourceQuota ${metadata.name} leaves ${left} of ${of} ${what}, and this needs ${more} more: ask for fewer replicas, or for more quota.`,
        ]
      }),
    )
}

function said(what: string, amount: number): string {
  const plain = (value: number) => String(Number(value.toFixed(3)))
  if (!what.endsWith('.memory')) return plain(amount)
  return amount >= 2 ** 30 ? `${plain(amount / 2 ** 30)} GiB` : `${plain(amount / 2 ** 20)} MiB`
}
