import { OutboundRefused } from './guard'

/** What one code or another says of whoever closes: nothing may have come yet, or nearly all. */
const CLOSED = 'it closed the connection before its answer was complete'

const NO_WAY = 'there is no way to it'
const NO_TLS = 'it does not speak TLS'

/** What is known by their codes of addresses that did not answer, or not to the end. */
const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there: the connection was refused',
  ENOTFOUND: 'its name is not known: check the address',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it could not be connected to in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
  UND_ERR_SOCKET: CLOSED,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CLOSED,
  ECONNRESET: CLOSED,
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
}

const NOT_SIGNED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]
const OWN_AUTHORITY =
  'its certificate is from an authority that is not known here: name it in NODE_EXTRA_CA_CERTS, for pods in the ConfigMap that their cluster names'

/** What an error's code says of whoever did not answer, or not to the end, as a clause; undefined: nothing. `notSigned`: of a certificate that no authority that is trusted has signed. */
export function causeOf(code: string, notSigned = OWN_AUTHORITY): string | undefined {
  return NOT_SIGNED.includes(code) ? notSigned : CAUSES[code]
}

/** Why an address that a person gave did not answer: what the guard says of it; `late`, where its time was over; else `sentence` of what it did, a clause such as "it did not answer in time". */
export function reasonOf(error: unknown, late: string, sentence: (cause: string) => string): string {
  if (error instanceof OutboundRefused) return error.message
  const { name = '', message = '', code = '' } = error instanceof Error ? (error as Error & { code?: string }) : {}
  if (name === 'TimeoutError' || name === 'AbortError') return late
  return sentence(causeOf(code) ?? `it could not be reached (${code || message})`)
}

/** The bytes of an answer; what breaks them off is thrown as the error that `why` makes of it. */
export async function* told<T>(body: AsyncIterable<T>, why: (error: unknown) => Error): AsyncGenerator<T> {
  try {
    yield* body
  } catch (error) {
    throw why(error)
  }
}

/** Whether whoever answers with this status cannot do so now: another try may end otherwise. */
export function isBusy(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** The beginning of an answer as text, and whether that is all of it. What is longer than `max` bytes is left off with its connection. */
export async function textOf(body: AsyncIterable<Buffer>, max: number): Promise<{ text: string; whole: boolean }> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > max) break
  }
  return { text: Buffer.concat(chunks).subarray(0, max).toString('utf8'), whole: bytes <= max }
}
