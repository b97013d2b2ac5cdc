import type { Dispatcher } from 'undici'
import { FEATURES_HEADER, PREDICTION_HEADER } from './model-server/protocol'
import type { Replica } from './replica'

/** An answer larger than this is not passed on. */
const MAX_ANSWER = 32 * 1024 * 1024

export interface UpstreamAnswer {
  status: number
  contentType: string
  body: Buffer
  prediction: string | null
  features: string | null
}

/** `lost`: no whole answer, for a reason of the connection: it may be tried elsewhere. */
export type Exchange = { kind: 'answer'; answer: UpstreamAnswer } | { kind: 'lost' | 'timeout' | 'gone' | 'too-large' }

/** The client of a request; `cancel` is called once when it goes away. */
export interface ClientTicket {
  gone: boolean
  cancel: (() => void) | null
}

const TIMEOUT = new Error('timeout')
const GONE = new Error('gone')
const TOO_LARGE = new Error('too large')

/** One attempt on one replica, within `ms`. Never rejects. The answer is held until it is whole, so that half an answer can still be retried. */
export function exchange(
  replica: Replica,
  path: string,
  body: Buffer,
  headers: Record<string, string>,
  ms: number,
  client: ClientTicket,
): Promise<Exchange> {
  const { pool } = replica
  if (!pool) return Promise.resolve({ kind: 'lost' })
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined
    let ended: Error | undefined
    const end = (reason: Error) => {
      ended ??= reason
      controller?.abort(reason)
      // Still waiting for a connection: there is nothing to abort yet.
      if (!controller) finish({ kind: reason === TIMEOUT ? 'timeout' : 'gone' })
    }
    const timer = setTimeout(end, Math.max(1, ms), TIMEOUT)
    replica.inFlight += 1
    client.cancel = () => end(GONE)
    let done = false
    const finish = (result: Exchange) => {
      if (done) return
      done = true
      clearTimeout(timer)
      client.cancel = null
      replica.inFlight -= 1
      resolve(result)
    }
    let status = 0
    let head: Record<string, string | string[] | undefined> = {}
    let size = 0
    const chunks: Buffer[] = []
    pool.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart(started) {
          controller = started
          if (ended) started.abort(ended)
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          status = statusCode
          head = responseHeaders
        },
        onResponseData(_controller, chunk) {
          size += chunk.length
          if (size > MAX_ANSWER) end(TOO_LARGE)
          else chunks.push(chunk)
        },
        onResponseEnd() {
          finish({
            kind: 'answer',
            answer: {
              status,
              contentType: text(head['content-type']) ?? 'application/json',
              body: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks),
              prediction: text(head[PREDICTION_HEADER]),
              features: text(head[FEATURES_HEADER]),
            },
          })
        },
        onResponseError() {
          finish({ kind: ended === TIMEOUT ? 'timeout' : ended === GONE ? 'gone' : ended === TOO_LARGE ? 'too-large' : 'lost' })
        },
      },
    )
  })
}

function text(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null
}
