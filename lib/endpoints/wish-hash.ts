import { createHash } from 'node:crypto'
import type { Wish } from './wish'

/**
 * SHA-256 (hex) of what a wish asks for: everything but fence and generation, which say who asks and how late. The same wish applied again by a
 * later engine has the same hash; a hash we did not write is another writer's. Keys are sorted, because jsonb does not keep their order.
 */
export function wishHash(wish: Wish): string {
  const { fence: _fence, generation: _generation, ...body } = wish
  return createHash('sha256').update(canonicalJson(body)).digest('hex')
}

/** JSON with sorted keys: one text per value. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}
