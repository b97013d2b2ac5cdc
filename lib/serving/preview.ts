import type { Wish } from '@/lib/endpoints/wish'
import { wishChanges } from '@/lib/endpoints/wish-changes'
import { canonicalJson } from '@/lib/endpoints/wish-hash'
import type { ChangeLine } from './schema'

/** What would change if a wish were applied over the present one (null: nothing is there). */
export function changes(before: Wish | null, after: Wish): ChangeLine[] {
  const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b)
  const present = {
    arms: before?.arms ?? [],
    sameKeys: same(before?.keys ?? [], after.keys),
    sameMirror: same(before?.mirror ?? null, after.mirror ?? null),
  }
  const lines = wishChanges(present, after)
  return lines.length > 0 ? lines : [{ kind: 'none', text: 'Nothing would change.' }]
}
