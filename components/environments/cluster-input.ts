import { USUAL } from '@/lib/clusters/serving-words'

/** Settings of a Kubernetes cluster that may be empty: null takes them away. */
const MAY_BE_EMPTY = ['hostname', 'publicUrl', 'slipwayUrl', 'modelServerImage'] as const

/**
 * What a cluster's form says, as the command takes it. An empty secret is left out: of a cluster that is there, it stays. Of a field `access.token`, `token`
 * stands in `access`.
 */
export function clusterInput(typed: Iterable<[string, unknown]>): Record<string, unknown> {
  const fields = new Map([...typed].map(([name, text]) => [name, String(text).trim()]))
  const { adminToken, ...rest } = Object.fromEntries([...fields].filter(([name]) => !name.includes('.')))
  if (fields.get('driver') !== 'kubernetes') return { ...rest, ...(adminToken ? { adminToken } : {}) }
  const { namespace, ...own } = rest
  const [gatewayName, gatewayNamespace] = [fields.get('gateway.name'), fields.get('gateway.namespace')]
  return {
    ...own,
    ...Object.fromEntries(MAY_BE_EMPTY.map((name) => [name, fields.get(name) || null])),
    ...(namespace ? { namespace } : {}),
    ...(fields.has('serving.runtime') ? { serving: servingInput(fields) } : {}),
    gateway: gatewayName || gatewayNamespace ? { name: gatewayName, namespace: gatewayNamespace } : null,
    access: below('access.', fields),
  }
}

/** What was typed into the fields whose names begin so, by the rest of their names. */
function below(start: string, fields: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...fields].flatMap(([name, text]) => (name.startsWith(start) && text ? [[name.slice(start.length), text]] : [])),
  )
}

/** How models run, of fields `serving.cpu` and so on. What is emptied is as usual, or taken away; an empty image is left out: it stays. */
function servingInput(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const of = (name: string) => fields.get(`serving.${name}`) || null
  const whole = (name: string) => (of(name) === null ? null : Number(of(name)))
  const given = (names: Record<string, unknown>) => Object.fromEntries(Object.entries(names).filter(([, value]) => value !== null))
  return {
    ...given({ runtime: of('runtime'), cpu: of('cpu'), memory: of('memory'), identitySecret: of('identitySecret') }),
    images: below('serving.images.', fields),
    gpu: asked(given({ count: whole('gpu.count'), resource: of('gpu.resource') }), USUAL.gpu),
    autoscaler: asked(given({ max: whole('autoscaler.max'), cpu: whole('autoscaler.cpu') }), USUAL.autoscaler),
    nodeSelector: Object.fromEntries(
      (of('nodeSelector') ?? '')
        .split(/[\n,]/)
        .map((line) => line.trim())
        .filter(Boolean)
        .map((line) => [line.split('=')[0].trim(), line.split('=').slice(1).join('=').trim()]),
    ),
    imagePullSecret: of('imagePullSecret'),
    authorities: of('authorities'),
    ...(of('source') === null ? {} : { source: of('source') === 'location' ? sourceInput(of) : null }),
  }
}

/** What is asked for, be it only half; null: nothing. A form that is filled in shows what is usual, which asks for nothing alone. */
function asked(given: Record<string, unknown>, usual: Record<string, unknown>): Record<string, unknown> | null {
  return Object.entries(given).every(([name, value]) => value === usual[name]) ? null : given
}

function sourceInput(of: (name: string) => string | null): Record<string, unknown> {
  const region = of('source.region')
  return { secret: of('source.secret'), endpoint: of('source.endpoint'), ...(region === null ? {} : { region }) }
}
