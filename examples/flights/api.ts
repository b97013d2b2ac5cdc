import { z } from 'zod'

export interface ApiAnswer {
  ok: boolean
  status: number
  body: unknown
}

/** Slipway's REST API as any client has it: an address and a token. */
export interface Api {
  get(path: string): Promise<ApiAnswer>
  post(path: string, body: unknown, idempotencyKey?: string): Promise<ApiAnswer>
}

/** A client that never throws: no answer is status 0. */
export function openApi(url: string, token: string): Api {
  const ask = async (path: string, init: RequestInit): Promise<ApiAnswer> => {
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers }
      const answer = await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(10_000) })
      return { ok: answer.ok, status: answer.status, body: await answer.json() }
    } catch (error) {
      return { ok: false, status: 0, body: { detail: (error as Error).message } }
    }
  }
  return {
    get: (path) => ask(path, { method: 'GET' }),
    post: (path, body, key) => ask(path, { method: 'POST', body: JSON.stringify(body), headers: key ? { 'idempotency-key': key } : {} }),
  }
}

/** What a problem+json answer says, for a log line. */
export function detailOf(answer: ApiAnswer): string {
  const problem = z.object({ detail: z.string() }).safeParse(answer.body)
  return problem.success ? problem.data.detail : `status ${answer.status}`
}
