import type { z } from 'zod'

const ANSWER_WITHIN_MS = 15_000

/** Slipway's REST API as one person or one token has it. All throw when the answer is not a good one, with its words. */
export interface Client {
  get<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S>>
  post<S extends z.ZodType>(path: string, body: unknown, shape: S): Promise<z.output<S>>
  put<S extends z.ZodType>(path: string, body: unknown, shape: S): Promise<z.output<S>>
}

function clientWith(url: string, who: Record<string, string>): Client {
  const ask = async <S extends z.ZodType>(path: string, init: RequestInit, shape: S): Promise<z.output<S>> => {
    const headers = { 'content-type': 'application/json', origin: url, ...who }
    const answer = await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${text.slice(0, 400)}`)
    return shape.parse(JSON.parse(text))
  }
  return {
    get: (path, shape) => ask(path, { method: 'GET' }, shape),
    post: (path, body, shape) => ask(path, { method: 'POST', body: JSON.stringify(body) }, shape),
    put: (path, body, shape) => ask(path, { method: 'PUT', body: JSON.stringify(body) }, shape),
  }
}

/** Someone who holds an API token. */
export function tokenClient(url: string, token: string): Client {
  return clientWith(url, { authorization: `Bearer ${token}` })
}

function cookiesOf(answer: Response): string[] {
  return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
}

/** Someone who signs in on the sign-in page with email and password, and is then known by a cookie. */
export async function signIn(url: string, email: string, password: string): Promise<Client> {
  const csrf = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(csrf).join('; '), origin: url },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  const session = cookiesOf(answer).filter((cookie) => cookie.includes('session-token'))
  if (session.length === 0) throw new Error(`${email} could not sign in: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
  return clientWith(url, { cookie: session.join('; ') })
}
