import { refuseKey } from './api-key'
import type { Directory, Served } from './directory'
import { Refusal } from './refusal'
import type { V2Address } from './v2-address'

/** Answers the metadata and health addresses of the protocol. */
export function description(
  directory: Directory,
  address: Exclude<V2Address, { kind: 'infer' }>,
  authorization: string | undefined,
  nowMs: number,
): { status: number; body: object } {
  if (address.kind === 'live') return { status: 200, body: { live: true } }
  if (address.kind === 'server') return { status: 200, body: { name: 'slipway', version: '2', extensions: [] } }
  if (address.kind === 'ready') {
    const endpoints = directory.list(address.environment)
    const ready = endpoints.length > 0 && endpoints.every((endpoint) => endpoint.ready)
    return { status: ready ? 200 : 503, body: { ready } }
  }
  const endpoint = directory.find(address.environment, address.model)
  if (!endpoint)
    throw new Refusal(404, 'not-found', `No model "${address.model}" is served in the environment "${address.environment}" here.`)
  const why = refuseKey(endpoint.wish.keys, authorization, nowMs)
  if (why) throw new Refusal(401, 'unauthenticated', why, { 'www-authenticate': 'Bearer' })
  if (address.kind === 'model-ready') return { status: endpoint.ready ? 200 : 503, body: { name: address.model, ready: endpoint.ready } }
  return { status: 200, body: metadata(endpoint) }
}

function metadata(endpoint: Served): object {
  const { arms } = endpoint.table
  const signature = [...arms].reverse().find((arm) => arm.servers.signature)?.servers.signature
  return {
    name: endpoint.wish.model,
    versions: arms.map((arm) => String(arm.number)),
    platform: 'onnx',
    inputs: signature?.inputs ?? [],
    outputs: signature?.outputs ?? [],
  }
}
