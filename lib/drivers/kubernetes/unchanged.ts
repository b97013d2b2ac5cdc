import * as z from 'zod'
import { type HeldText, listsOf } from './holding'
import type { ListText } from './list-text'

/** Where metadata could not be had it is asked for again after this. */
const AGAIN_MS = 60_000

const Objects = z.array(z.object({ metadata: z.object({ uid: z.string(), resourceVersion: z.string() }) }))

/**
 * Whether a namespace still holds what it last said whole, by the metadata of its objects alone: with every change, of its status too, an object gets another version. That is worth asking where two
 * whole answers one after another were the same; while things move it would only be three calls more.
 */
export class Unchanged {
  /** Digest of the last whole answer, and whether the one before was the same. */
  #said = ''
  #isStill = false
  /** That answer, until it is read which versions it speaks of. */
  #lists: readonly ListText[] | null = null
  #versions: string | null = null
  /** Digest of metadata that was found to speak of these versions. */
  #known = ''
  #againAt = 0

  /** Metadata is worth asking for. */
  get isStill(): boolean {
    return this.#isStill && performance.now() >= this.#againAt
  }

  /** Metadata could not be had: a proxy may not let it through. */
  failed(): void {
    this.#againAt = performance.now() + AGAIN_MS
  }

  /** A whole answer has come. */
  took(text: HeldText): void {
    const lists = listsOf(text)
    const said = digestOf(lists)
    this.#isStill = said === this.#said
    this.#said = said
    if (this.#isStill && this.#versions !== null) return
    this.#lists = lists
    this.#versions = null
    this.#known = ''
  }

  /** Whether this metadata is that of the very objects of the last whole answer, each in the same version. If not, whole answers are asked for until they are the same again. */
  isOf(metadata: readonly ListText[]): boolean {
    const digest = digestOf(metadata)
    if (digest === this.#known) return true
    if (this.#lists) this.#versions = versionsIn(this.#lists)
    this.#lists = null
    const same = this.#versions !== null && versionsIn(metadata) === this.#versions
    if (same) this.#known = digest
    this.#isStill = same
    return same
  }
}

function digestOf(lists: readonly ListText[]): string {
  return lists.map((list) => list.digest()).join(' ')
}

/** Of each object, in order; null: what came holds no such objects. */
function versionsIn(lists: readonly ListText[]): string | null {
  const read = lists.map((list) => {
    const items = list.read()
    return items.ok ? Objects.safeParse(items.value).data : undefined
  })
  if (read.some((items) => items === undefined)) return null
  return JSON.stringify(read.map((items) => items?.map(({ metadata: { uid, resourceVersion } }) => [uid, resourceVersion])))
}
