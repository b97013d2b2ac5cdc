import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, request } from 'undici'
import { type Allow, addressRefusal } from './address'

/** An address that a person gave and that is not asked. The message is a plain sentence. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused'
}

export interface GuardedInit {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: string | Uint8Array
  signal?: AbortSignal
  /** Default: neither, the public internet only. */
  allow?: Allow
}

type Resolve = (host: string, done: (error: Error | null, addresses: { address: string; family: number }[]) => void) => void

const CONNECT_MS = 5_000
/** Longest wait for an answer, and for the rest of it. */
const ANSWER_MS = 10_000
/** Longest silence within a body. */
const SILENCE_MS = 30_000
/** Of a longer rest the connection is cut off: what a person names may answer without end. */
const REST_MAX = 100_000

/** Names by which clouds serve metadata; `localhost` and what is below it is loopback whatever a resolver says. */
const METADATA_NAMES = /^(metadata|instance-data)(\..*)?$/
const LOOPBACK_NAMES = /^(.*\.)?(localhost|localdomain|ip6-loopback)$/

/**
 * What speaks against an address that a person gives, as a plain sentence; null: nothing that can be seen in it. For forms: a name is resolved, and its
 * addresses judged, only when it is connected to.
 */
export function checkTarget(url: string, allow: Allow = {}): string | null {
  if (!/^https?:\/\/[^/\\]/i.test(url)) return 'Give an http or https address, such as https://host.example.org.'
  if (/[\s\p{Cc}\\]/u.test(url)) return 'The address holds a space, a backslash or a control character: take it out.'
  if (!URL.canParse(url)) return 'This is no address: its host or port is malformed.'
  const { username, password, hostname, port } = new URL(url)
  if (username !== '' || password !== '' || /^https?:\/\/[^/?#]*@/i.test(url))
    return 'The address holds a user name or password before "@": give it without.'
  if (port === '0') return 'Port 0 is no port.'
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host)) return sentence(host, addressRefusal(host, allow))
  if (METADATA_NAMES.test(host)) return sentence(host, 'where a cloud keeps metadata and credentials')
  if (LOOPBACK_NAMES.test(host) && !allow.loopback) return sentence(host, 'this machine itself')
  return null
}

/**
 * A `lookup` for connections to a name that a person gave: resolves once, and hands out what was judged or nothing. Of several addresses one bad one
 * refuses all, so that no later choice among them matters. (A literal IP address is never looked up: `checkTarget` judges it.)
 */
export function guardedLookup(allow: Allow = {}, resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, done) =>
    resolve(host, (error, addresses) => {
      const refusal = error ?? refusalOf(host, addresses, allow)
      if (refusal) return done(refusal, '', 0)
      if (options.all) return done(null, addresses)
      done(null, addresses[0].address, addresses[0].family)
    })
}

function refusalOf(host: string, addresses: { address: string }[], allow: Allow): OutboundRefused | null {
  if (addresses.length === 0) return new OutboundRefused(`${host} has no address.`)
  for (const { address } of addresses) {
    const reason = addressRefusal(address, allow)
    if (reason) return new OutboundRefused(`${host} is ${address}, ${reason}: it is not asked.`)
  }
  return null
}

const resolveAll: Resolve = (host, done) => systemLookup(host, { all: true, verbatim: true }, done)

/** An answer whose body is the caller's to read, or to destroy. */
export interface Download {
  status: number
  headers: Headers
  body: Readable
}

type Ask = (url: string, init: GuardedInit) => Promise<Dispatcher.ResponseData>

/** How every address that a person gave is asked. `ca`: certificates beside the public authorities. */
function asker(resolve: Resolve, ca?: string): Ask {
  const agents = new Map<string, Agent>()
  const agentOf = (allow: Allow) => {
    const key = `${allow.loopback === true} ${allow.private === true}`
    const agent = agents.get(key) ?? new Agent({ connect: { timeout: CONNECT_MS, lookup: guardedLookup(allow, resolve), ca } })
    agents.set(key, agent)
    return agent
  }
  return (url, { method = 'GET', headers, body, signal, allow = {} }) => {
    const refusal = checkTarget(url, allow)
    if (refusal) throw new OutboundRefused(refusal)
    const waits = { headersTimeout: ANSWER_MS, bodyTimeout: SILENCE_MS }
    return request(url, { method, headers, body, signal, dispatcher: agentOf(allow), ...waits })
  }
}

/** Asks an address that a person gave. `resolve` is the system's except in tests. */
export function outbound(resolve: Resolve = resolveAll): (url: string, init?: GuardedInit) => Promise<Response> {
  const ask = asker(resolve)
  return async (url, init = {}) => {
    const bound = AbortSignal.timeout(ANSWER_MS)
    const answer = await ask(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, bound]) : bound })
    // Nothing in the rest counts. A short one is read all the same, so that its connection serves again.
    void answer.body.dump({ limit: REST_MAX })
    return new Response(null, { status: answer.statusCode, headers: plain(answer.headers) })
  }
}

/** Like `outbound`, with the body. `resolve` and `ca` are the system's except in tests. */
export function download(resolve: Resolve = resolveAll, ca?: string): (url: string, init?: GuardedInit) => Promise<Download> {
  const ask = asker(resolve, ca)
  return async (url, init = {}) => {
    const { statusCode, headers, body } = await ask(url, init)
    // Whoever reads it hears of it; without a listener, one that nobody reads would end the process.
    body.on('error', () => undefined)
    return { status: statusCode, headers: plain(headers), body }
  }
}

/**
 * Asks an address that a person gave: resolved once, judged, and connected to as judged; 5 s to connect, 10 s for the answer, of which status and headers
 * are returned and no body. A redirect is returned as it is and never followed. Throws `OutboundRefused` for what may not be asked, and the connection's
 * error when nobody answers.
 */
export const guardedFetch = outbound()

/**
 * The same, with the body, which may take as long as `signal` lets it and ends when nothing of it came for 30 s. How large it may be is the caller's to say.
 */
export const guardedDownload = download()

function plain(headers: Record<string, string | string[] | undefined>): Headers {
  const all = new Headers()
  for (const [name, value] of Object.entries(headers)) for (const each of [value ?? []].flat()) all.append(name, each)
  return all
}

function sentence(host: string, reason: string | null): string | null {
  return reason && `${host} is ${reason}: it is not asked.`
}
