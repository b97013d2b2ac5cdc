import { Agent, type Dispatcher, request } from 'undici'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** What a body is: JSON, YAML as it stands in a file, or one of the patches an API server knows. */
export type BodyType =
  | 'application/json'
  | 'application/yaml'
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml'

/** An answer other than 2xx: what the API server said. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message)
  }
}

// A machine that does much else besides answers late, and is not broken.
const TIMEOUT_MS = 60_000

/** Where an API server is, and who we are there. */
export interface Access {
  url: string
  /** PEM. */
  ca: string
  token: string
}

/** A change of a collection. */
interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: T
}

// How a server refuses within an answer that has begun: a version it no longer knows, most often.
interface WatchError {
  type: 'ERROR'
  object: { code: number; reason?: string; message?: string }
}

/** Calls an API server over kept connections: what tests need beside the client that the product uses. */
export class Api {
  readonly #agent: Agent
  readonly #access: Access

  constructor(access: Access, timeoutMs = TIMEOUT_MS) {
    this.#access = access
    this.#agent = new Agent({
      connect: { ca: access.ca, timeout: timeoutMs },
      connections: 32,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
  }

  #ask(method: Method, path: string, options: Partial<Dispatcher.RequestOptions>): Promise<Dispatcher.ResponseData> {
    return request(`${this.#access.url}${path}`, {
      method,
      dispatcher: this.#agent,
      ...options,
      headers: { authorization: `Bearer ${this.#access.token}`, accept: 'application/json', ...options.headers },
    })
  }

  /** The object that was answered. Throws ApiRefusal for any other status than 2xx, and the socket's error when there is no answer. */
  async send<T>(method: Method, path: string, body?: unknown, type: BodyType = 'application/json'): Promise<T> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await this.#ask(method, path, body === undefined ? {} : { body: text, headers: { 'content-type': type } })
    const said = await answer.body.text()
    if (answer.statusCode < 300) return (said.startsWith('{') ? JSON.parse(said) : said) as T
    const status = said.startsWith('{') ? (JSON.parse(said) as { reason?: string; message?: string }) : {}
    const message = `${method} ${path}: ${answer.statusCode} ${status.message ?? said.slice(0, 300)}`
    throw new ApiRefusal(answer.statusCode, status.reason ?? '', message)
  }

  get<T>(path: string): Promise<T> {
    return this.send('GET', path)
  }

  /** The changes of a collection as they come, from `resourceVersion` on. Ends when the server closes it; throws when the connection breaks or is aborted, and ApiRefusal when the server no longer knows the version. */
  async *watch<T>(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const query = `watch=true&resourceVersion=${resourceVersion}`
    const answer = await this.#ask('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`, { signal, bodyTimeout: 0 })
    if (answer.statusCode >= 300) throw new ApiRefusal(answer.statusCode, '', await answer.body.text())
    let rest = ''
    for await (const chunk of answer.body.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const event = JSON.parse(line) as WatchEvent<T> | WatchError
        if (event.type === 'ERROR') throw new ApiRefusal(event.object.code, event.object.reason ?? '', event.object.message ?? line)
        yield event
      }
    }
  }

  /** Closes its connections; what is under way is cut off. */
  close(): Promise<void> {
    return this.#agent.destroy()
  }
}
