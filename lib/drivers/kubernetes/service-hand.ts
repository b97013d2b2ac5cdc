import * as z from 'zod'
import { hashOf } from './record'
import { ANNOTATIONS } from './render/names'

/** The port by which an endpoint is called. Others may be somebody's own. */
const PORT = 80

const Port = z.looseObject({
  port: z.number(),
  protocol: z.string().default('TCP'),
  targetPort: z.union([z.number(), z.string()]).optional(),
})
const Spec = z.object({
  type: z.string().default('ClusterIP'),
  selector: z.record(z.string(), z.string()).default({}),
  ports: z.array(Port).default([]),
})
type Spec = z.output<typeof Spec>

interface Stored {
  metadata: { name: string; annotations: Record<string, string> }
  spec?: unknown
}

function isOurs({ port, protocol }: z.output<typeof Port>): boolean {
  return port === PORT && protocol === 'TCP'
}

/**
 * Hash of where a Service with this spec leads who calls it: whom it selects, and their port. How it is reached (its type, other ports) is for whoever runs the
 * cluster.
 */
export function leadsHash(spec: unknown): string {
  const { data } = Spec.safeParse(spec ?? {})
  if (!data) return 'unreadable'
  const { type, selector, ports } = data
  const target = ports.find(isOurs)?.targetPort ?? null
  return hashOf({ elsewhere: type === 'ExternalName', selector, target }).slice(0, 20)
}

/** Whether it leads elsewhere than it was written to, by whosever hand; null: that is not known of it. */
export function isAstray({ metadata, spec }: Stored): boolean | null {
  const written = metadata.annotations[ANNOTATIONS.leads]
  return written === undefined ? null : written !== leadsHash(spec)
}

/** What is wrong with a Service that an endpoint is reached by, as a sentence; null: nothing. `service` undefined: it is not there. */
export function serviceFault(name: string, service: Stored | undefined): string | null {
  if (!service) return `Service ${name} is gone: Slipway makes it again.`
  return isAstray(service) ? `Another hand changed where Service ${name} leads: Slipway puts it back.` : null
}

/**
 * The changes by which it leads where `rendered` says: an apply would leave what others added to the selector. How it is reached stays, by which port of a node, too.
 */
export function leadingPatch(rendered: unknown, live: unknown) {
  const wanted = Spec.parse(rendered)
  const now: Spec = Spec.safeParse(live ?? {}).data ?? { type: '', selector: {}, ports: [] }
  const add = (field: keyof Spec, value: unknown) => ({ op: 'add', path: `/spec/${field}`, value })
  return [
    ...(now.type === 'ExternalName' ? [add('type', wanted.type)] : []),
    add('selector', wanted.selector),
    add('ports', [...wanted.ports.map((port) => ({ ...now.ports.find(isOurs), ...port })), ...now.ports.filter((port) => !isOurs(port))]),
  ]
}
