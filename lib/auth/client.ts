/** Signs in by one of our providers. Resolves to the sentence to show when it is refused, to null when the session stands. */
export async function signIn(provider: 'credentials' | 'act-as', fields: Record<string, string>): Promise<string | null> {
  const answer = await post(`callback/${provider}`, fields)
  const error = new URL(textOf(await answer.json(), 'url'), window.location.href).searchParams.get('error')
  if (error === 'CredentialsSignin') return 'This email and password do not fit.'
  return error ?? (answer.ok ? null : `Signing in failed (${answer.status}). Try again in a moment.`)
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await post('signout', {})
}

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const csrfToken = textOf(await (await fetch('/api/auth/csrf')).json(), 'csrfToken')
  const body = new URLSearchParams({ ...fields, csrfToken, json: 'true', callbackUrl: window.location.origin })
  return fetch(`/api/auth/${path}`, { method: 'POST', body })
}

// Checked by hand: this file is part of every page, and zod would be its largest part.
function textOf(answer: unknown, key: string): string {
  const value: unknown = answer !== null && typeof answer === 'object' ? Reflect.get(answer, key) : undefined
  if (typeof value !== 'string') throw new Error(`Signing in answered without "${key}".`)
  return value
}
