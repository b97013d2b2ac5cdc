import { type Api, ApiRefusal } from './api'

/** The controllers call a node lost after 50 s without a word of it, and evict its pods 5 min later. */
export const HEARTBEAT_MS = 10_000
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const CAPACITY = { cpu: '256', memory: '1Ti', pods: '10000', 'ephemeral-storage': '1Ti', 'nvidia.com/gpu': '64' }

function statusAt(at: string, logsPort: number | undefined) {
  return {
    capacity: CAPACITY,
    allocatable: CAPACITY,
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    ...(logsPort ? { daemonEndpoints: { kubeletEndpoint: { Port: logsPort } } } : {}),
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet of the tests',
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      },
    ],
  }
}

/** Says that the node is there and well: it is made when it is missing. `logsPort`: where it serves the logs of its pods. */
export async function beat(api: Api, node: string, logsPort?: number): Promise<void> {
  const now = new Date().toISOString()
  const metadata = { name: node, labels: { 'kubernetes.io/hostname': node, 'kubernetes.io/os': 'linux' } }
  await allow(409, api.send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata, status: statusAt(now, logsPort) }))
  await api.send('PATCH', `/api/v1/nodes/${node}/status`, { status: statusAt(now, logsPort) }, 'application/strategic-merge-patch+json')
  const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime: now.replace('Z', '000Z') }
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: node }, spec }
  await api.send('PATCH', `${LEASES}/${node}?fieldManager=kubelet&force=true`, lease, 'application/apply-patch+yaml')
}

/** Takes the node away. */
export async function removeNode(api: Api, node: string): Promise<void> {
  await allow(404, api.send('DELETE', `${LEASES}/${node}`))
  await allow(404, api.send('DELETE', `/api/v1/nodes/${node}`))
}

/** Waits for a call and takes this status for an answer too. */
export async function allow(status: number, call: Promise<unknown>): Promise<void> {
  await call.catch((error) => {
    if (!(error instanceof ApiRefusal && error.status === status)) throw error
  })
}
