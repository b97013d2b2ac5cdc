import { setMaxListeners } from 'node:events'
import type https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Allow } from '@/lib/outbound/address'
import { checkTarget } from '@/lib/outbound/guard'
import { kubeConfig, type Library } from './access'
import { type Answer, type Failure, failureOf, jsonOf, unansweredOf } from './answer'
import type { KubernetesConfig, KubernetesCredential } from './config'
import { exchange, keptAgent } from './exchange'
import { type ListPage, ListText, notJson, pageOf } from './list-text'
import { MANAGER } from './render/names'
import { collectionPath, type KubeObject, objectPath } from './render/object'

/** Of a list, in one answer; further ones are asked for. */
const PAGE = 500
const PAGES_MAX = 40
const SIDE_BY_SIDE = 200
/** A shorter token is no secret, and taking it out would spoil the text. */
const SECRET_MIN = 8
const JSON_TEXT = 'application/json'
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

interface Call {
  query?: Record<string, string>
  body?: unknown
  contentType?: string
  accept?: string
}

/**
 * Calls one API server: over connections that are kept, each call ended by its signal, no redirect followed, every fault a value. The library's KubeConfig says how
 * we show ourselves; its ways to run programs or read files for that are taken out.
 */
export class KubeClient {
  readonly #config: KubeConfig
  readonly #refusal: string | null
  /** What we show of ourselves, as an answer may repeat it: some servers and proxies quote the request in their refusals, which people then read. */
  readonly #secrets: string[]
  #agent: https.Agent | undefined

  constructor(
    private readonly library: Library,
    private readonly cluster: KubernetesConfig,
    credential: Exclude<KubernetesCredential, 'in-cluster'>,
    private readonly allow: Allow,
  ) {
    this.#refusal = checkTarget(cluster.server, allow)
    this.#config = kubeConfig(library, cluster, credential)
    const token = 'token' in credential ? credential.token : ''
    const forms = [token, JSON.stringify(token).slice(1, -1), Buffer.from(token).toString('base64').replace(/=+$/, '')]
    this.#secrets = token.length < SECRET_MIN ? [] : [...new Set(forms)]
  }

  get namespace(): string {
    return this.cluster.namespace
  }

  get<T = unknown>(path: string, signal: AbortSignal, query?: Record<string, string>): Promise<Answer<T>> {
    return this.#json('GET', path, signal, { query })
  }

  post<T = unknown>(path: string, body: unknown, signal: AbortSignal): Promise<Answer<T>> {
    return this.#json('POST', path, signal, { body, query: { fieldManager: MANAGER } })
  }

  /** All objects of a collection. */
  async list<T>(path: string, labelSelector: string, signal: AbortSignal, fieldSelector = ''): Promise<Answer<T[]>> {
    const text = await this.listText(path, labelSelector, signal, fieldSelector)
    return text.ok ? text.value.read<T>() : text
  }

  /** A collection as it is answered, page by page, its objects unread. */
  listText(path: string, labelSelector: string, signal: AbortSignal, fieldSelector = ''): Promise<Answer<ListText>> {
    return this.#pages(path, { labelSelector, fieldSelector }, signal, JSON_TEXT)
  }

  /** The same without what its objects hold: of each its metadata alone, in which its uid and version stand. */
  listMetadata(path: string, labelSelector: string, signal: AbortSignal): Promise<Answer<ListText>> {
    return this.#pages(path, { labelSelector }, signal, METADATA)
  }

  async #pages(path: string, selectors: Record<string, string>, signal: AbortSignal, accept: string): Promise<Answer<ListText>> {
    const pages: ListPage[] = []
    const selected = Object.fromEntries(Object.entries(selectors).filter(([, selector]) => selector))
    let next = ''
    while (pages.length < PAGES_MAX) {
      const query = { limit: String(PAGE), ...selected, ...(next ? { continue: next } : {}) }
      const answer = await this.#send('GET', path, signal, { query, accept })
      if ('ok' in answer) return answer
      if (answer.status >= 300) return failureOf(answer.status, this.#text(answer.body))
      const page = pageOf(answer.body)
      if (!page.ok) return page
      pages.push(page.value)
      next = page.value.next
      if (!next) return { ok: true, value: new ListText(pages, (text) => this.#hidden(text)) }
    }
    return { ok: false, kind: 'failed', reason: `There are more than ${PAGE * PAGES_MAX} objects: that is more than Slipway reads.` }
  }

  /**
   * Server-side apply of our fields only. A `resourceVersion` in the object is a precondition. Fields that another manager owns too become ours: whether
   * another hand is to be written over was decided before.
   */
  apply(object: KubeObject, signal: AbortSignal, dryRun = false): Promise<Answer<KubeObject>> {
    const query = { fieldManager: MANAGER, force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) }
    return this.#json('PATCH', objectPath(this.namespace, object), signal, {
      body: object,
      query,
      contentType: 'application/apply-patch+yaml',
    })
  }

  /** Changes single fields of an object that is there, by RFC 6902. */
  patch(object: KubeObject, changes: readonly object[], signal: AbortSignal): Promise<Answer<KubeObject>> {
    return this.#json('PATCH', objectPath(this.namespace, object), signal, {
      body: changes,
      query: { fieldManager: MANAGER },
      contentType: 'application/json-patch+json',
    })
  }

  /** Says how many replicas a Deployment has, by a manager of its own: whoever scales it next takes that over, and an apply of ours never owns it. */
  scale(name: string, replicas: number, signal: AbortSignal): Promise<Answer<KubeObject>> {
    const object: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas } }
    return this.#json('PATCH', objectPath(this.namespace, object), signal, {
      body: object,
      query: { fieldManager: `${MANAGER}-scale`, force: 'true' },
      contentType: 'application/apply-patch+yaml',
    })
  }

  /** Changes the fields that are named; null takes one away. A `resourceVersion` is a precondition. */
  merge(
    object: Pick<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string; resourceVersion?: string } },
    signal: AbortSignal,
  ): Promise<Answer<KubeObject>> {
    return this.#json('PATCH', objectPath(this.namespace, object), signal, {
      body: object,
      query: { fieldManager: MANAGER },
      contentType: 'application/merge-patch+json',
    })
  }

  /** Makes it, or fails with `exists`: of two writers one is first. */
  create(object: KubeObject, signal: AbortSignal): Promise<Answer<KubeObject>> {
    return this.post(collectionPath(this.namespace, object.apiVersion, object.kind), object, signal)
  }

  /** What is gone already counts as removed. */
  async remove(
    object: Pick<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string } },
    signal: AbortSignal,
  ): Promise<Answer<null>> {
    const answer = await this.#json('DELETE', objectPath(this.namespace, object), signal, {
      query: { propagationPolicy: 'Background' },
    })
    return answer.ok || answer.kind === 'not-found' ? { ok: true, value: null } : answer
  }

  /** The answer as text: logs. */
  async text(path: string, signal: AbortSignal, query: Record<string, string>): Promise<Answer<string>> {
    const answer = await this.#send('GET', path, signal, { query })
    if ('ok' in answer) return answer
    const text = this.#text(answer.body)
    return answer.status < 300 ? { ok: true, value: text } : failureOf(answer.status, text)
  }

  close(): void {
    this.#agent?.destroy()
    this.#agent = undefined
  }

  async #json<T>(method: Method, path: string, signal: AbortSignal, call: Call): Promise<Answer<T>> {
    const answer = await this.#send(method, path, signal, call)
    if ('ok' in answer) return answer
    const text = this.#text(answer.body)
    if (answer.status >= 300) return failureOf(answer.status, text)
    const value = jsonOf(text)
    return value === undefined ? notJson() : { ok: true, value: value as T }
  }

  async #send(method: Method, path: string, signal: AbortSignal, call: Call): Promise<{ status: number; body: Buffer } | Failure> {
    if (this.#refusal) return { ok: false, kind: 'unreachable', reason: this.#refusal }
    if (signal.aborted) return unansweredOf(null, true)
    // One turn's calls go out side by side under one signal: that is no leak.
    setMaxListeners(SIDE_BY_SIDE, signal)
    const context = new this.library.RequestContext(`${this.cluster.server}${path}`, this.library.HttpMethod[method])
    for (const [name, value] of Object.entries(call.query ?? {})) context.setQueryParam(name, value)
    context.setHeaderParam('Accept', call.accept ?? JSON_TEXT)
    if (call.body !== undefined) {
      context.setHeaderParam('Content-Type', call.contentType ?? 'application/json')
      context.setBody(JSON.stringify(call.body))
    }
    try {
      await this.#config.applySecurityAuthentication(context)
      // The library makes an agent, and so a TLS handshake, for every call: the first one's settings are kept, with connections that are kept too.
      this.#agent ??= keptAgent(context, this.allow)
      return await exchange(context, this.#agent, signal, method === 'GET')
    } catch (error) {
      return unansweredOf(error, signal.aborted)
    }
  }

  #text(body: Buffer): string {
    return this.#hidden(body.toString('utf8'))
  }

  #hidden(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '(our credential)'), text)
  }
}
