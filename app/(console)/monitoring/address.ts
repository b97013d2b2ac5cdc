export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The parameters of an address, each once: of a repeated one the first counts. */
export function flat(search: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(search).map(([key, value]) => [key, Array.isArray(value) ? value[0] : value]))
}
