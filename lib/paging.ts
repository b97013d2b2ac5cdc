import { invalid } from './errors'

/** One page of a list and the cursor of the next, null at the end. */
export interface Page<T> {
  items: T[]
  next: string | null
}

/** A keyset cursor: the sort key and the id of the last row shown. Opaque to whoever carries it. */
export function encodeCursor(...key: [string | number, string]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Reads a cursor; null for none. Refuses what is not one of ours. */
export function decodeCursor(cursor: string | null | undefined): [string | number, string] | null {
  if (!cursor) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === 2 && ['string', 'number'].includes(typeof key[0]) && typeof key[1] === 'string')
      return [key[0], key[1]]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalid('after', 'This is not the cursor of a page: leave it out to begin at the first.')
}

/** Cuts `limit + 1` rows to a page. */
export function pageOf<R, T>(rows: R[], limit: number, cursorOf: (row: R) => string, toItem: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(toItem), next: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
