import { db } from '@/lib/db'
import { runtimeOf, ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'
import { type Counters, compareWindows, early, type Span } from '@/lib/endpoints/counted/compare'
import type { Witness } from '@/lib/endpoints/counted/schema'
import { type ComparedPlace, readCounted, readPlaces, saveCounted } from '@/lib/endpoints/counted/store'
import { SLOT_MS, slotOf } from '@/lib/rollouts/evidence'
import { CLOSE_MS } from '@/lib/rollouts/machine'
import { askGateway } from './gateway-witness'
import { type HeardSource, readSources, sourcesAt } from './telemetry'

/** How often what was counted is compared with the weights, and over how much of the past. */
export const COMPARE_EVERY_MS = 10_000
const SPAN_MS = 300_000
/** Requests that were assigned before a weight was acknowledged end within this. */
const SETTLE_MS = 10_000
/** A source that is quiet for longer is silent. */
const SILENT_MS = 15_000

/**
 * Compares what every endpoint's clusters did with what they say they do, and stores it: pages read it, and a rollout does not go on over a contradiction. It counts what
 * ended after the present weights were acknowledged and settled, whichever wish assigned it: who still routes by an older one is seen by that.
 */
export async function countTraffic(nowMs: number, sealingKey: string | null): Promise<void> {
  const places = (await readPlaces()).map((place) => ({ ...place, span: spanOf(place, nowMs), asks: askedOf(place, nowMs) }))
  if (places.length === 0) return
  const clusterIds = [...new Set(places.map((place) => place.clusterId))]
  // Sources first: a watermark never promises more than the windows hold that are read after it.
  const sources = await readSources(places, nowMs)
  const clusters = await db().cluster.findMany({
    where: { id: { in: clusterIds } },
    select: { id: true, driver: true, config: true, witness: true, witnessToken: true, witnessKey: true },
  })
  const gateways = new Map<object, Witness | null>()
  await Promise.all(
    clusters.map(async (cluster) => {
      const own = places.filter((place) => place.clusterId === cluster.id)
      const said = await askGateway(cluster, own, sealingKey)
      for (const [i, place] of own.entries()) gateways.set(place, said[i])
    }),
  )
  const counts = await readCounted(places.filter(isComparable))
  const rows = places.map((place) => {
    const cluster = clusters.find((each) => each.id === place.clusterId)
    const counters = countersOf(sourcesAt(sources, place), place.span, cluster ? uncounted(cluster) : null, nowMs)
    const own = isComparable(place) ? counts.shift() : undefined
    const windows = own ? compareWindows(place.span, place.weights, own.rows, own.pinned, counters) : early('windows', place.span)
    const gateway = gateways.get(place)
    return { ...place, counted: { generation: place.generation, witnesses: gateway ? [windows, gateway] : [windows] } }
  })
  await saveCounted(rows, nowMs)
}

/** Whole slots that every source had time to report. */
function spanOf({ acknowledgedAt }: ComparedPlace, nowMs: number): Span {
  const from = Math.max(acknowledgedAt + SETTLE_MS, nowMs - SPAN_MS)
  return { from: Math.ceil(from / SLOT_MS) * SLOT_MS, to: slotOf(nowMs - CLOSE_MS) }
}

/** A gateway's samples have times of their own: they begin when the weights have settled. */
function askedOf({ acknowledgedAt }: ComparedPlace, nowMs: number): Span {
  return { from: Math.max(acknowledgedAt + SETTLE_MS, nowMs - SPAN_MS), to: nowMs }
}

function isComparable({ span }: { span: Span }): boolean {
  return span.to > span.from
}

function countersOf(sources: readonly HeardSource[], span: Span, none: string | null, nowMs: number): Counters {
  const open = sources.filter((source) => !source.final && source.watermarkMs > span.from)
  const counting = open.filter((source) => source.watermarkMs >= nowMs - SILENT_MS).length
  return { counting, silent: open.length - counting, none }
}

/** Why nothing that runs on this cluster counts for Slipway; null: it does. */
function uncounted({ driver, config }: { driver: string; config: unknown }): string | null {
  if (driver !== 'kubernetes') return null
  const settings = ServingSettings.safeParse((config as { serving?: unknown }).serving ?? {})
  const runtime = settings.success ? runtimeOf(settings.data) : null
  return runtime?.readsEndpoint ? null : `${runtime?.title ?? 'the runtime of this cluster'} does not count for Slipway.`
}
