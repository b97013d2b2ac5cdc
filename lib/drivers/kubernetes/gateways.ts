import * as z from 'zod'
import type { Wish } from '@/lib/endpoints/wish'
import type { Answer, Failure } from './answer'
import type { Hand } from './clients'
import type { KubernetesConfig } from './config'
import type { EndpointRecord } from './record'

type GatewayName = KubernetesConfig['gateway']

const Features = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
const Class = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ controllerName: z.string() }).optional(),
  status: z.object({ supportedFeatures: Features.catch([]) }).optional(),
})
const Gateway = z.object({ spec: z.object({ gatewayClassName: z.string() }) })

/** What copies of a share of the requests take, in the words of Gateway API. */
const COPYING = ['HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror']
/** Controllers that send copies and list no features: 1.9.1 was run (envoy.cluster.test.ts). */
const COPYING_UNSAID = ['gateway.envoyproxy.io/gatewayclass-controller']

/** What the API server answers of gateways. */
export interface GatewayAnswers {
  /** What everybody may ask: to a role that may not list, what is not served is forbidden too. */
  group: Answer<unknown>
  classes: Answer<unknown>
  own: Answer<unknown> | null
}

export async function readGateways({ client, config: { gateway } }: Hand, signal: AbortSignal): Promise<GatewayAnswers> {
  const api = '/apis/gateway.networking.k8s.io/v1'
  const [group, classes, own] = await Promise.all([
    client.get(api, signal),
    client.list(`${api}/gatewayclasses`, '', signal),
    gateway ? client.get(`${api}/namespaces/${gateway.namespace}/gateways/${gateway.name}`, signal) : null,
  ])
  return { group, classes, own }
}

function classesIn({ classes }: GatewayAnswers): z.infer<typeof Class>[] {
  const { data = [] } = z.array(z.unknown()).safeParse(classes.ok ? classes.value : [])
  return data.flatMap((each) => Class.safeParse(each).data ?? [])
}

/** What the API server says of gateways, as two parts of the probe's line. What we may not read is not called missing, nor broken. */
export function gatewayWords(answers: GatewayAnswers, gateway: GatewayName): string {
  const { group, classes, own } = answers
  if (!group.ok && group.kind === 'not-served') return 'no Gateway API: traffic cannot be split'
  const names = classesIn(answers).map(({ metadata }) => metadata.name)
  const listed =
    names.length > 0 ? `gateway classes ${names.join(', ')}` : classes.ok ? 'no gateway class' : `gateway classes ${unseen(classes)}`
  if (!gateway) return `${listed}; no gateway set: routes attach to Services, for a mesh`
  const at = nameOf(gateway)
  if (!own || own.ok) return `${listed}; ${at} found`
  return `${listed}; ${at}${own.kind === 'not-found' ? ': there is none' : ` ${unseen(own)}`}`
}

/**
 * Why requests are not copied here, as the end of "no copies of requests: "; null: the gateway does where a route asks for it. A gateway may accept a route that asks for copies and
 * fail each of its requests (Traefik 3.6 does), so one of which it is not known gets none.
 */
export function noMirrorHere(answers: GatewayAnswers, gateway: GatewayName): string | null {
  const { classes, own } = answers
  if (!gateway || !own) return 'no gateway is set, and of a mesh it is not known whether it copies'
  if (!own.ok) return `${nameOf(gateway)} ${own.kind === 'not-found' ? 'is not there' : unseen(own)}`
  if (!classes.ok) return `gateway classes ${unseen(classes)}`
  const name = Gateway.safeParse(own.value).data?.spec.gatewayClassName
  const its = classesIn(answers).find(({ metadata }) => metadata.name === name)
  if (!its) return `gateway class ${name} is not there`
  if (COPYING_UNSAID.includes(its.spec?.controllerName ?? '')) return null
  const lacks = COPYING.filter((feature) => !its.status?.supportedFeatures?.includes(feature))
  return lacks.length > 0 ? `gateway class ${name} does not list ${lacks.join(' and ')}` : null
}

function nameOf({ namespace, name }: NonNullable<GatewayName>): string {
  return `gateway ${namespace}/${name}`
}

function unseen({ kind }: Failure): string {
  return kind === 'forbidden' ? 'not looked at, as the role may not read it' : 'not readable now'
}

/**
 * Why the cluster would not take a wish that asks for copies; null: it would, or the wish asks for none that are not sent already. What is sent already refuses nothing: such a wish may bring what a
 * person needs now, a key that is revoked or a Deployment that is gone.
 */
export async function wrongMirror(
  hand: Hand,
  { mirror, arms }: Wish,
  record: EndpointRecord | null,
  signal: AbortSignal,
): Promise<string | null> {
  if (!mirror || record?.held.mirror?.versionId === mirror.versionId) return null
  if (arms.some(({ versionId, weight }) => versionId === mirror.versionId && weight > 0))
    return 'No copies of requests are sent here to a version that has requests of its own: its pods cannot tell them apart.'
  const reason = noMirrorHere(await readGateways(hand, signal), hand.config.gateway)
  return reason && `No copies of requests are sent here: ${reason}.`
}
