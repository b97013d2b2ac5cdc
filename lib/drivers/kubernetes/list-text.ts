import { createHash } from 'node:crypto'
import { type Answer, jsonOf } from './answer'

const BEGIN = Buffer.from('"items":[')
const END = Buffer.from(']')

interface Said {
  items?: unknown
  metadata?: { continue?: string }
}

/** One page of a list as it came: `items` is the part that speaks of its objects, `next` where the next page begins (nothing: it is the last). */
export interface ListPage {
  body: Buffer
  items: Buffer
  next: string
}

/**
 * An answer as a page of a list, its objects unread. Around them an API server says at which version of all that it keeps it answered, so that no two answers are the
 * same though their objects are. Of an answer that is not written as API servers do, all counts as objects.
 */
export function pageOf(body: Buffer): Answer<ListPage> {
  const from = body.indexOf(BEGIN) + BEGIN.length - 1
  const to = body.lastIndexOf(END) + 1
  if (from >= BEGIN.length && to > from) {
    const around = saidBy(`${body.toString('utf8', 0, from)}[]${body.toString('utf8', to)}`)
    // What is left must be a list without objects, with all that is said of it: else something else was cut out.
    if (Array.isArray(around?.items) && around.metadata) return pageWith(body, body.subarray(from, to), around)
  }
  const said = saidBy(body.toString('utf8'))
  if (said === undefined) return notJson()
  return Array.isArray(said?.items) ? pageWith(body, body, said) : noList('a list has no items')
}

function pageWith(body: Buffer, items: Buffer, { metadata }: Said): Answer<ListPage> {
  return { ok: true, value: { body, items, next: metadata?.continue ?? '' } }
}

function saidBy(text: string): Said | null | undefined {
  return jsonOf(text) as Said | null | undefined
}

export function notJson(): Answer<never> {
  return noList('it does not answer in JSON')
}

function noList(reason: string): Answer<never> {
  return { ok: false, kind: 'unreachable', reason: `What answers there is no API server: ${reason}.` }
}

/** A list as an API server answered it, page by page. It can be known as the same as another without being read. */
export class ListText {
  #digest: string | undefined

  /** `hide`: takes out of a text what nobody may read. */
  constructor(
    private readonly pages: readonly ListPage[],
    private readonly hide: (text: string) => string = (text) => text,
  ) {}

  /** SHA-256 (hex) over what each page says of its objects: two lists of one digest hold the same objects in the same state. */
  digest(): string {
    this.#digest ??= this.#hashed()
    return this.#digest
  }

  #hashed(): string {
    const hash = createHash('sha256')
    for (const { items } of this.pages) hash.update(`${items.length} `).update(items)
    return hash.digest('hex')
  }

  /** Its objects, as they came. */
  read<T = unknown>(): Answer<T[]> {
    const all: T[] = []
    for (const { body } of this.pages) {
      const items = saidBy(this.hide(body.toString('utf8')))?.items
      if (!Array.isArray(items)) return notJson()
      for (const item of items) all.push(item)
    }
    return { ok: true, value: all }
  }
}
