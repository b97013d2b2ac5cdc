import type { Pod } from './fate'
import type { Keeper } from './tended-pod'

/** Takes a pod onto the node, where nobody has yet. */
export async function bind({ api, node }: Keeper, pod: Pod): Promise<void> {
  if (pod.spec.nodeName) return
  const { name, namespace } = pod.metadata
  const target = { apiVersion: 'v1', kind: 'Node', name: node }
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target }
  await api.send('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, binding)
  pod.spec.nodeName = node
}

/** Writes an event of a pod, as a kubelet does. */
export async function tell(
  { api, node }: Keeper,
  pod: Pod,
  event: { type: 'Normal' | 'Warning'; reason: string; message: string },
): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  await api.send('POST', `/api/v1/namespaces/${namespace}/events`, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.` },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    ...event,
    source: { component: 'kubelet', host: node },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  })
}
