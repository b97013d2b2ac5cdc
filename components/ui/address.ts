/** A path with those of the given parameters that are set. */
export function address(path: string, search: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) if (value) query.set(key, value)
  const text = query.toString()
  return text ? `${path}?${text}` : path
}
