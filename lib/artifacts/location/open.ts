import type { Allow } from '@/lib/outbound/address'
import { isBusy, reasonOf, textOf, told } from '@/lib/outbound/answer'
import { type Download, type GuardedInit, guardedDownload, OutboundRefused } from '@/lib/outbound/guard'
import type { Place } from './place'
import { objectUrl, s3Refusal } from './s3'
import type { S3Server } from './schema'
import { EMPTY, type SigningKeys, signed } from './sign'

/** Why a file is not had from where it lies, as a sentence. `final`: another try would end the same. */
export class LocationError extends Error {
  override readonly name = 'LocationError'

  constructor(
    message: string,
    readonly final: boolean,
    /** The guard asks no such address. */
    readonly refused = false,
  ) {
    super(message)
  }
}

/** With what a location is asked. All of it is used for this, and not kept. */
export interface Asking {
  allow: Allow
  signal: AbortSignal
  token?: string
  s3: S3Server & { keys?: SigningKeys }
  /** The guard's, except in tests. */
  ask?: (url: string, init: GuardedInit) => Promise<Download>
}

/** The bytes on their way, and how many there are to be; null where the server does not say. */
interface Opened {
  body: AsyncIterable<Uint8Array>
  bytes: number | null
  /** For whoever does not read them. */
  drop(): void
}

const REDIRECTS_MAX = 3
/** Of a refusal so much is read. */
const REASON_MAX = 8_000

/**
 * Asks for a file where it lies, every address through the guard: https follows up to 3 redirects to https, each judged anew, a token goes to the first host
 * alone; S3 is asked by a signed request and follows none. Throws a LocationError that says what is wrong.
 */
export async function openLocation(place: Exclude<Place, { kind: 'pvc' }>, asking: Asking): Promise<Opened> {
  const first = place.kind === 's3' ? s3Request(place, asking.s3) : httpsRequest(place.url, asking.token)
  const answer = await follow(first, asking, place.kind === 'https' ? REDIRECTS_MAX : 0)
  const { host, status, headers, body } = answer
  if (status !== 200) {
    const why =
      place.kind === 's3'
        ? s3Refusal(status, (await textOf(asFarAsItCame(body), REASON_MAX)).text)
        : httpsRefusal(status, asking.token !== undefined)
    body.destroy()
    throw new LocationError(`${host} answered ${status}: ${why}.`, !isBusy(status))
  }
  const length = headers.get('content-length')
  const whole = told(body, (error) => new LocationError(whyNot(error, host), false))
  return { body: whole, bytes: length === null ? null : Number(length), drop: () => void body.destroy() }
}

interface Ask {
  url: URL
  headers: Record<string, string>
}

function httpsRequest(url: string, token: string | undefined): Ask {
  // What is packed for the way would have another SHA-256.
  return { url: new URL(url), headers: { 'accept-encoding': 'identity', ...(token ? { authorization: `Bearer ${token}` } : {}) } }
}

function s3Request(place: { bucket: string; key: string }, { keys, ...server }: Asking['s3']): Ask {
  const url = objectUrl(place, server)
  if (!keys) return { url, headers: {} }
  const headers = { 'x-amz-content-sha256': EMPTY }
  return { url, headers: signed({ url, headers, region: server.region, service: 's3', payload: EMPTY, at: new Date() }, keys) }
}

async function follow(first: Ask, { allow, signal, ask = guardedDownload }: Asking, most: number): Promise<Download & { host: string }> {
  let { url, headers } = first
  for (let left = most; ; left -= 1) {
    const answer = await ask(url.href, { headers, allow, signal }).catch((error: unknown) => {
      const refused = error instanceof OutboundRefused
      throw new LocationError(whyNot(error, url.host), refused, refused)
    })
    const { status } = answer
    if (most === 0 || status < 300 || status >= 400 || status === 304) return { ...answer, host: url.host }
    answer.body.destroy()
    const next = answer.headers.get('location') ?? ''
    if (left === 0)
      throw new LocationError(`${first.url.host} redirects more than ${most} times: give the address where the file is.`, true)
    if (!URL.canParse(next, url)) throw new LocationError(`${url.host} redirects, and does not say where to.`, true)
    const target = new URL(next, url)
    if (target.protocol !== 'https:')
      throw new LocationError(`${url.host} redirects to an address that is not https: it is not followed.`, true)
    if (target.host !== first.url.host) headers = { 'accept-encoding': 'identity' }
    url = target
  }
}

function httpsRefusal(status: number, token: boolean): string {
  if (status === 401 || status === 403) return token ? 'it does not take the token' : 'the file is not open to all: give a token'
  if (status === 404 || status === 410) return 'there is no such file'
  return isBusy(status) ? 'it cannot answer now' : 'no file'
}

function whyNot(error: unknown, host: string): string {
  return reasonOf(error, `${host} did not send the whole file in time.`, (cause) => `${host}: ${cause}.`)
}

async function* asFarAsItCame(body: Download['body']): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch {
    // Its status is known: what it said so far must do for the reason.
  }
}
