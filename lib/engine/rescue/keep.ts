import { db } from '@/lib/db'
import { findPlaced, findVersionParts } from '@/lib/endpoints/store'
import { type BookEntry, RescueBook } from './book'

export const KEEP_EVERY_MS = 2_000
const VERSIONS_MAX = 10

/** What the database says of every endpoint, small enough to be asked every two seconds. */
export interface Mark {
  id: string
  revision: number
  generation: number
  places: string
  removed: boolean
  readOnly: boolean
}

/** Where the database is, compared with the book. `older`: endpoints of which the book knows more than the database does. */
export interface Compared {
  older: string[]
  changed: string[]
  removed: string[]
}

/**
 * A database that was restored from a backup is behind the book: an endpoint is missing, or at an earlier revision or generation. Entries of another
 * installation's database say nothing about this one, and are replaced.
 */
export function compare(house: string, marks: readonly Mark[], held: ReadonlyMap<string, BookEntry>): Compared {
  const known = new Map(marks.map((mark) => [mark.id, mark]))
  const own = [...held.values()].filter((entry) => entry.house === house && !entry.orphan)
  const older = own.filter((entry) => {
    const mark = known.get(entry.endpointId)
    return !mark || mark.revision < entry.revision || mark.generation < entry.generation
  })
  const behind = new Set(older.map((entry) => entry.endpointId))
  const changed = marks.filter((mark) => {
    const entry = held.get(mark.id)
    const same =
      entry?.house === house && entry.revision === mark.revision && entry.generation === mark.generation && entry.places === mark.places
    // What an older database says of an endpoint is not yet confirmed: the book goes on knowing better.
    return !mark.removed && !same && !behind.has(mark.id) && !(mark.readOnly && entry?.house === house)
  })
  const removed = [...held.values()].filter(
    (entry) => known.get(entry.endpointId)?.removed || (entry.house !== house && !known.has(entry.endpointId)),
  )
  return { older: [...behind], changed: changed.map((mark) => mark.id), removed: removed.map((entry) => entry.endpointId) }
}

/** Keeps the rescue book as the database is: one look, the pages that changed. Tells `onOlder` once when the database is older than the book. */
export class BookKeeper {
  readonly #book: RescueBook
  #held: Map<string, BookEntry> | null = null

  constructor(
    dataDir: string,
    sealingKey: string,
    private readonly onOlder: (endpointIds: readonly string[]) => Promise<void>,
  ) {
    this.#book = new RescueBook(dataDir, sealingKey)
  }

  async keep(): Promise<void> {
    this.#held ??= new Map((await this.#book.read()).entries.map((entry) => [entry.endpointId, entry]))
    const installation = await db().installation.findUnique({ where: { id: 1 }, select: { restoreMark: true } })
    if (!installation) return
    const marks = await readMarks()
    const { older, changed, removed } = compare(installation.restoreMark, marks, this.#held)
    if (older.length > 0) {
      await this.onOlder(older)
      await this.#settleOlder(older, marks)
    }
    for (const id of changed) {
      const mark = marks.find((each) => each.id === id)
      const entry = mark && (await readEntry(installation.restoreMark, mark))
      if (entry) await this.#write(entry)
    }
    for (const id of removed) {
      await this.#book.drop(id)
      this.#held.delete(id)
    }
  }

  /** The book goes on knowing the newer wishes until the database does, but no longer takes this database for a newer one. */
  async #settleOlder(older: readonly string[], marks: readonly Mark[]): Promise<void> {
    for (const id of older) {
      const [entry, mark] = [this.#held?.get(id), marks.find((each) => each.id === id)]
      if (entry && mark) await this.#write({ ...entry, revision: mark.revision, generation: mark.generation, places: mark.places })
      // Never heard of in this database, and still served: only the book knows how to reach it.
      else if (entry) await this.#write({ ...entry, orphan: true })
    }
  }

  async #write(entry: BookEntry): Promise<void> {
    await this.#book.write(entry)
    this.#held?.set(entry.endpointId, entry)
  }
}

async function readMarks(): Promise<Mark[]> {
  return db().$queryRaw<Mark[]>`
    select e.id, e.revision, e.generation, e.removed_at is not null as removed, e.read_only_since is not null as "readOnly",
      coalesce(md5(string_agg(c.id::text || c.driver || c.config::text || coalesce(encode(c.credential, 'hex'), ''), ',' order by c.id)), '') as places
    from endpoint e left join environment_cluster ec on ec.environment_id = e.environment_id left join cluster c on c.id = ec.cluster_id
    group by e.id`
}

async function readEntry(house: string, mark: Mark): Promise<BookEntry | null> {
  const endpoint = await findPlaced(db(), mark.id)
  if (!endpoint) return null
  const promoted = await db().rollout.findMany({
    where: { endpointId: mark.id, phase: 'promoted', toVersionId: { not: null } },
    select: { toVersionId: true },
    orderBy: { endedAt: 'desc' },
    take: 100,
  })
  const ids = [...new Set([...promoted.map((row) => row.toVersionId), endpoint.liveVersionId].flatMap((id) => id ?? []))].slice(
    0,
    VERSIONS_MAX,
  )
  const parts = await findVersionParts(db(), ids)
  const rows = await db().cluster.findMany({ where: { id: { in: endpoint.clusters.map((place) => place.clusterId) } } })
  const clusters = endpoint.clusters.flatMap(({ clusterId, wish, generation }) => {
    const row = rows.find((each) => each.id === clusterId)
    if (!row) return []
    const { id, name, driver, config, credential, credentialKey } = row
    return [
      {
        id,
        name,
        driver,
        config,
        credential: credential ? Buffer.from(credential).toString('base64') : null,
        credentialKey,
        wish,
        generation,
      },
    ]
  })
  const { environment, model, liveVersionId, replicas } = endpoint
  return {
    ...{ house, endpointId: mark.id, environment, model, liveVersionId, replicas, clusters },
    ...{ revision: mark.revision, generation: mark.generation, places: mark.places, orphan: false },
    versions: ids.flatMap((id) => parts.get(id) ?? []),
  }
}
