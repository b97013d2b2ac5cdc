import { Refusal } from './refusal'

/** What a request to /ENVIRONMENT/v2/... asks for. */
export type V2Address =
  | { kind: 'infer'; environment: string; model: string }
  | { kind: 'model'; environment: string; model: string }
  | { kind: 'model-ready'; environment: string; model: string }
  | { kind: 'server'; environment: string }
  | { kind: 'live'; environment: string }
  | { kind: 'ready'; environment: string }

/** Reads method and path; throws a Refusal that says what addresses there are. */
export function readAddress(method: string, url: string): V2Address {
  const address = addressOf(method, url)
  if (address) return address
  throw nothing('POST /ENVIRONMENT/v2/models/MODEL/infer')
}

/** The same for a server of one version, whose addresses begin with /v2. It has no environment. */
export function readServerAddress(method: string, url: string): V2Address {
  const address = addressOf(method, `/${url}`)
  if (address) return address
  throw nothing('POST /v2/models/MODEL/infer')
}

function addressOf(method: string, url: string): V2Address | null {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  const parts = path.split('/')
  const environment = decoded(parts[1] ?? '')
  if (parts[2] === 'v2') {
    if (parts[3] === 'models' && parts[4]) {
      const model = decoded(parts[4])
      if (parts.length === 6 && parts[5] === 'infer') return only('POST', method, { kind: 'infer', environment, model })
      if (parts.length === 6 && parts[5] === 'ready') return only('GET', method, { kind: 'model-ready', environment, model })
      if (parts.length === 5) return only('GET', method, { kind: 'model', environment, model })
    }
    if (parts.length === 3) return only('GET', method, { kind: 'server', environment })
    if (parts.length === 5 && parts[3] === 'health' && (parts[4] === 'live' || parts[4] === 'ready'))
      return only('GET', method, { kind: parts[4], environment })
  }
  return null
}

function nothing(right: string): Refusal {
  return new Refusal(404, 'not-found', `There is nothing at this address. Send inference requests to ${right}.`)
}

function only<T extends V2Address>(right: string, method: string, address: T): T {
  if (method === right || (right === 'GET' && method === 'HEAD')) return address
  throw new Refusal(405, 'invalid', `Use ${right} here, not ${method}.`, { allow: right })
}

function decoded(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal(400, 'invalid', 'The path has a percent sign that stands for nothing.')
  }
}
