import * as z from 'zod'
import type { ProbeResult } from '../driver'
import { type Hand, unreachable } from './clients'
import type { KubernetesConfig } from './config'
import { gatewayWords, noMirrorHere, readGateways } from './gateways'
import { readQuotas } from './quota'

/** What the driver does with each kind of object in its namespace: what a cluster's owner has to grant. */
export const PERMISSIONS: readonly {
  group: string
  resource: string
  subresource?: string
  verbs: readonly string[]
  /** Only where the settings of the cluster say so, or where it is driven in this way. */
  when?: 'autoscaler' | KubernetesConfig['mode']
}[] = [
  { group: 'gateway.networking.k8s.io', resource: 'httproutes', verbs: ['list', 'create', 'patch'] },
  { group: 'apps', resource: 'deployments', verbs: ['list'] },
  { group: 'apps', resource: 'deployments', verbs: ['create', 'patch', 'delete'], when: 'gateway' },
  { group: 'serving.kserve.io', resource: 'inferenceservices', verbs: ['list', 'create', 'patch', 'delete'], when: 'kserve' },
  { group: '', resource: 'services', verbs: ['list', 'create', 'patch', 'delete'] },
  { group: '', resource: 'configmaps', verbs: ['create', 'patch', 'delete'] },
  { group: '', resource: 'secrets', verbs: ['create', 'patch', 'delete'] },
  { group: 'policy', resource: 'poddisruptionbudgets', verbs: ['create', 'patch', 'delete'] },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers', verbs: ['create', 'patch', 'delete'], when: 'autoscaler' },
  { group: '', resource: 'pods', verbs: ['list'] },
  { group: '', resource: 'pods', subresource: 'log', verbs: ['get'] },
  { group: '', resource: 'events', verbs: ['list'] },
]

/** Of these what a cluster needs that is driven so. */
export function permissionsFor(mode: KubernetesConfig['mode'], autoscaler: boolean) {
  return PERMISSIONS.filter(({ when }) => when === undefined || when === mode || (when === 'autoscaler' && autoscaler))
}

const Version = z.object({ gitVersion: z.string() })
const Review = z.object({ status: z.object({ allowed: z.boolean() }) })

/** Who answers there, and what Slipway can do: version, what is not granted by name, gateways, KServe, quota. */
export async function probeCluster(hand: Hand, signal: AbortSignal): Promise<ProbeResult> {
  const { client } = hand
  const version = await client.get('/version', signal)
  if (!version.ok) return unreachable(`${hand.name}: ${version.reason}`)
  const known = Version.safeParse(version.value)
  if (!known.success) return unreachable(`${hand.name}: what answers there is no Kubernetes API server: it tells no version.`)
  const [missing, gateways, kserve, quota] = await Promise.all([
    missingPermissions(hand, signal),
    readGateways(hand, signal),
    client.get('/apis/serving.kserve.io', signal),
    quotaText(hand, signal),
  ])
  if (!missing.ok) return unreachable(`${hand.name}: ${missing.reason}`)
  const lacks =
    missing.value.length > 0
      ? `not granted in namespace ${client.namespace}: ${missing.value.join(', ')}`
      : `all permissions in namespace ${client.namespace}`
  const noMirror = noMirrorHere(gateways, hand.config.gateway)
  const copies = noMirror ? `no copies of requests: ${noMirror}` : 'copies of requests can be sent'
  const words = [lacks, gatewayWords(gateways, hand.config.gateway), copies, kserveWords(kserve.ok, hand.config.mode), quota]
  return { ok: true, version: known.data.gitVersion, detail: words.join('; '), noMirror }
}

function kserveWords(served: boolean, mode: KubernetesConfig['mode']): string {
  if (served) return mode === 'kserve' ? 'KServe is installed, and runs the models' : 'KServe is installed'
  return mode === 'kserve' ? 'no KServe: nothing can run here' : 'no KServe'
}

/** Permissions that we lack, as "verb resource". Asked of the API server one by one: a list of rules may be incomplete. */
async function missingPermissions({ client, config, settings }: Hand, signal: AbortSignal) {
  const asked = permissionsFor(config.mode, settings.autoscaler !== null).flatMap(({ verbs, when: _, ...object }) =>
    verbs.map((verb) => ({ verb, ...object })),
  )
  const answers = await Promise.all(
    asked.map((resourceAttributes) =>
      client.post(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        review({ ...resourceAttributes, namespace: client.namespace }),
        signal,
      ),
    ),
  )
  const failed = answers.find((answer) => !answer.ok)
  if (failed && !failed.ok) return failed
  const missing = asked.filter((_, i) => {
    const answer = answers[i]
    return !(answer.ok && Review.safeParse(answer.value).data?.status.allowed)
  })
  return {
    ok: true as const,
    value: missing.map(({ verb, resource, subresource }) => `${verb} ${resource}${subresource ? `/${subresource}` : ''}`),
  }
}

function review(resourceAttributes: object) {
  return { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
}

async function quotaText(hand: Hand, signal: AbortSignal): Promise<string> {
  const quotas = await readQuotas(hand, signal)
  if (!quotas.ok) return 'quota not readable'
  const lines = quotas.value.flatMap(({ status }) =>
    Object.entries(status.hard).map(([what, hard]) => `${what} ${status.used[what] ?? '0'} of ${hard}`),
  )
  return lines.length > 0 ? `quota: ${lines.join(', ')}` : 'no quota'
}
