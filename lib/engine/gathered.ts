import DataLoader from 'dataloader'
import { db } from '@/lib/db'
import { findAllPlaced } from '@/lib/endpoints/store'
import { type Reader, readLater } from '@/lib/rollouts/record/store'
import { findAllGoverning, governingOf } from '@/lib/rollouts/store'
import { readClusters } from './observer'
import { type CountedPlace, readAllWindows, readSources, sourcesAt, type WindowsAsked } from './telemetry'

/**
 * Gathers what turns side by side ask in the same moment into one query. Nothing is kept: each turn looks for itself. `read` answers in the order of its
 * keys; one key that cannot be answered fails its own turn only.
 */
function gathered<K, V>(read: (keys: readonly K[]) => Promise<V[]>): (key: K) => Promise<V> {
  const readAll = async (keys: readonly K[]): Promise<(V | Error)[]> => {
    try {
      return await read(keys)
    } catch (error) {
      if (keys.length === 1) throw error
      return Promise.all(
        keys.map((key) =>
          read([key]).then(
            ([value]) => value,
            (own) => (own instanceof Error ? own : new Error(String(own))),
          ),
        ),
      )
    }
  }
  const loader = new DataLoader<K, V>(readAll, { cache: false })
  return (key) => loader.load(key)
}

/** The endpoint with its places; null: there is none. */
export const placedOf = gathered(async (ids: readonly string[]) => {
  const found = await findAllPlaced(db(), ids)
  return ids.map((id) => found.get(id) ?? null)
})

/** The rollouts that decide about an endpoint. */
export const governing = gathered(async (ids: readonly string[]) => {
  const found = await findAllGoverning(db(), ids)
  return ids.map((id) => governingOf(found, id))
})

/** A cluster as it is registered; null: it no longer is. */
export const clusterOf = gathered(async (ids: readonly string[]) => {
  const rows = new Map((await readClusters(db(), ids)).map((row) => [row.id, row]))
  return ids.map((id) => rows.get(id) ?? null)
})

/** What stands in a ledger after a reader's cursor. */
export const laterLines = gathered((readers: readonly Reader[]) => readLater(db(), readers))

/** The sources that count an endpoint on a cluster, as of a turn's time. */
export const sourcesOf = gathered(async (asked: readonly (CountedPlace & { nowMs: number })[]) => {
  const sources = await readSources(asked, Math.min(...asked.map(({ nowMs }) => nowMs)))
  return asked.map((place) => sourcesAt(sources, place))
})

/** The windows that a turn closes its slots from. */
export const windowsOf = gathered((asked: readonly WindowsAsked[]) => readAllWindows(asked))
