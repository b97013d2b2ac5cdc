import https from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { RequestContext } from '@kubernetes/client-node'
import type { Allow } from '@/lib/outbound/address'
import { guardedLookup } from '@/lib/outbound/guard'

/** A longer answer is not read to its end: 100 endpoints with their pods are about 3 MB. */
const ANSWER_MAX = 32 * 1024 * 1024
const SOCKETS = 16

/** An agent like the library's, whose connections are kept. An address is judged when its name is resolved, and connected to as judged. */
export function keptAgent(context: RequestContext, allow: Allow): https.Agent {
  const made = context.getAgent()
  const options = made instanceof https.Agent ? made.options : {}
  return new https.Agent({ ...options, rejectUnauthorized: true, keepAlive: true, maxSockets: SOCKETS, lookup: guardedLookup(allow) })
}

/** One request and its answer. A kept connection may have been closed by the other side just now: what only reads is then asked once more. */
export async function exchange(
  context: RequestContext,
  agent: https.Agent,
  signal: AbortSignal,
  again: boolean,
): Promise<{ status: number; body: Buffer }> {
  try {
    return await once(context, agent, signal)
  } catch (error) {
    const reset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
    if (!again || !reset || signal.aborted) throw error
    return once(context, agent, signal)
  }
}

async function once(context: RequestContext, agent: https.Agent, signal: AbortSignal): Promise<{ status: number; body: Buffer }> {
  const { status, body, encoding } = await packed(context, agent, signal)
  if (body.length === 0 || encoding.toLowerCase() !== 'gzip') return { status, body }
  try {
    return { status, body: await unpack(body, { maxOutputLength: ANSWER_MAX }) }
  } catch (error) {
    // A refusal is one whatever its words are.
    if (status >= 300) return { status, body: Buffer.alloc(0) }
    throw error
  }
}

const unpack = promisify(gunzip)

/** Lists say the same words over and over, and an API server may be far away: it packs what is long, if it is asked to. */
function packed(
  context: RequestContext,
  agent: https.Agent,
  signal: AbortSignal,
): Promise<{ status: number; body: Buffer; encoding: string }> {
  return new Promise((resolve, reject) => {
    const headers = { ...context.getHeaders(), 'Accept-Encoding': 'gzip' }
    const options = { method: context.getHttpMethod(), headers, agent, signal }
    const request = https.request(context.getUrl(), options, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > ANSWER_MAX) response.destroy(tooLong())
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), encoding: response.headers['content-encoding'] ?? '' }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    const body = context.getBody()
    request.end(typeof body === 'string' ? body : undefined)
  })
}

/** As zlib calls it where an answer unpacks to more. */
function tooLong(): Error {
  return Object.assign(new Error(`longer than ${ANSWER_MAX} bytes`), { code: 'ERR_BUFFER_TOO_LARGE' })
}
