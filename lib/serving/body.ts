import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal'

/** All bodies held at once: many large ones together are shed before memory ends. */
const BUDGET = 256 * 1024 * 1024

let held = 0

/** What stays of a body once it was read; `release` gives its share of the budget back. */
interface HeldBody {
  buffer: Buffer
  release(): void
}

/** Reads a bounded body. Rejects with a Refusal at the first byte too many, or before the first when its announced length is too large; null when the client went away. */
export function readBody(request: IncomingMessage, max: number): Promise<HeldBody | null> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > max) return Promise.reject(tooLarge(announced, max))
  if (held > BUDGET)
    return Promise.reject(new Refusal(429, 'shed', 'Too many large requests at once: try again shortly.', { 'retry-after': '1' }))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const release = () => {
      held -= size
      size = 0
    }
    request.on('data', (chunk: Buffer) => {
      held += chunk.length
      size += chunk.length
      if (size <= max) chunks.push(chunk)
      else {
        request.removeAllListeners('data')
        const seen = size
        release()
        reject(tooLarge(seen, max))
      }
    })
    request.once('end', () => resolve({ buffer: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks), release }))
    request.once('close', () => {
      if (request.complete) return
      release()
      resolve(null)
    })
  })
}

function tooLarge(bytes: number, max: number): Refusal {
  return new Refusal(413, 'too-large', `The body has ${bytes} bytes or more: at most ${max} are taken. Send fewer rows per request.`, {
    connection: 'close',
  })
}
