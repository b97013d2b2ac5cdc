import { z } from 'zod'

const Answer = z.object({ url: z.string() })

/** Signs in by one of our providers. Resolves to the sentence to show when it is refused, to null when the session stands. */
export async function signIn(provider: 'credentials' | 'act-as', fields: Record<string, string>): Promise<string | null> {
  const answer = await post(`callback/${provider}`, fields)
  const { url } = Answer.parse(await answer.json())
  const error = new URL(url, window.location.href).searchParams.get('error')
  if (error === 'CredentialsSignin') return 'This email and password do not fit.'
  return error ?? (answer.ok ? null : `Signing in failed (${answer.status}). Try again in a moment.`)
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await post('signout', {})
}

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const csrf = z.object({ csrfToken: z.string() }).parse(await (await fetch('/api/auth/csrf')).json())
  const body = new URLSearchParams({ ...fields, csrfToken: csrf.csrfToken, json: 'true', callbackUrl: window.location.origin })
  return fetch(`/api/auth/${path}`, { method: 'POST', body })
}
