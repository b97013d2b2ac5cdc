/** Reads JSON from our own API, with a `body` by POST; a refusal becomes an Error with its sentence. In a browser. */
export async function ask<T>(path: string, body?: unknown): Promise<T> {
  const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(path, { headers: { accept: 'application/json', 'content-type': 'application/json' }, ...how })
  const value: unknown = await answer.json()
  if (answer.ok) return value as T
  const told = value && typeof value === 'object' && 'detail' in value
  throw new Error(told ? String(value.detail) : `The server answered ${answer.status}.`)
}
