import { type EvidenceRow, flagsOf, SLOT_MS } from '@/lib/rollouts/evidence'
import { countLabels, countSlot, type Frame, type SlotArms } from '@/lib/rollouts/frame'
import { labelCounters, segmentsOf } from '@/lib/rollouts/lane'
import type { KeptRollout } from '@/lib/rollouts/store'
import { type ClosedSlot, closableSlots } from './closing'
import type { Desk } from './desk'
import { sourcesOf, windowsOf } from './gathered'
import type { Look, SeenCluster } from './look'
import { type ArmOutcomes, readOutcomes } from './outcomes'
import { judgesLabels } from './reference'
import type { ArmVersions, ArmWindow } from './telemetry'

/** Rows of the slots that were closed this turn, in the order in which they are judged. */
export interface ClosedRows {
  evidence: EvidenceRow[]
  labels: EvidenceRow[]
}

/** Closes the slots that are complete (or given up) and counts them under each cluster's frame. Reads only; nothing is folded or stored here. */
export async function closeSlots(rollout: KeptRollout, desk: Desk, look: Look): Promise<ClosedRows> {
  const judged = look.clusters.filter((cluster) => isJudged(rollout, desk, cluster))
  const ids = judged.map((cluster) => cluster.place.clusterId)
  // Sources first: a watermark never promises more than the windows hold that are read after it.
  const sources = (
    await Promise.all(ids.map((clusterId) => sourcesOf({ endpointId: look.endpoint.id, clusterId, nowMs: look.nowMs })))
  ).flat()
  const heardMs = sources.length > 0 ? Math.max(...sources.map((source) => source.seenMs)) : null
  desk.hear(
    look.nowMs,
    heardMs,
    judged.every((cluster) => cluster.open !== null),
  )
  const fromMs = desk.openSlotMs
  if (fromMs === null || judged.length === 0) return { evidence: [], labels: [] }
  const closed = closableSlots({ fromMs, nowMs: look.nowMs, gapEndMs: desk.gapEndMs, clusters: ids, sources })
  const last = closed.at(-1)
  if (!last) return { evidence: [], labels: [] }
  const { plan } = rollout
  const versions: ArmVersions = { candidate: plan.to?.id ?? null, stable: plan.from?.id ?? null }
  const toMs = last.slotMs + SLOT_MS
  const windows = groupBySlot(
    await windowsOf({ endpointId: plan.endpoint.id, versions, fromMs, toMs, segments: segmentsOf(plan).map(({ id }) => id) }),
  )
  const sinceMs = desk.frames[0]?.at ?? fromMs
  const labels = judgesLabels(plan)
    ? groupBySlot(await readOutcomes({ endpointId: plan.endpoint.id, gates: plan.gates }, versions, { fromMs, toMs, sinceMs }))
    : new Map<string, ArmOutcomes[]>()
  const rows: ClosedRows = { evidence: [], labels: [] }
  for (const slot of closed) {
    for (const cluster of judged) {
      const key = `${cluster.place.clusterId}/${slot.slotMs}`
      rows.evidence.push(...evidenceRows(rollout, desk, cluster, slot, windows.get(key) ?? []))
      rows.labels.push(...labelRows(rollout, desk, cluster, slot, labels.get(key) ?? []))
    }
  }
  return rows
}

/** Clusters of the present and earlier waves that have a frame. */
function isJudged({ plan, state }: KeptRollout, desk: Desk, { place }: SeenCluster): boolean {
  const wave = plan.waves.findIndex((each) => each.clusterId === place.clusterId)
  const present = 'place' in state ? state.place.wave : plan.waves.length - 1
  return wave >= 0 && wave <= present && desk.frameOf(place.clusterId) !== undefined
}

function groupBySlot<T extends { clusterId: string; slotMs: number }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = `${row.clusterId}/${row.slotMs}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** One row per generation that counted; where none did, one of zeros for the generation that is wished there: missing is not zero. */
function evidenceRows(rollout: KeptRollout, desk: Desk, cluster: SeenCluster, slot: ClosedSlot, windows: ArmWindow[]): EvidenceRow[] {
  const known = windows.filter((window) => desk.generations.has(window.generation))
  const generations = new Set(known.map((window) => window.generation))
  const newest = Math.max(...[...desk.generations].filter((generation) => generation <= cluster.place.generation))
  if (generations.size === 0 && Number.isFinite(newest)) generations.add(newest)
  return [...generations]
    .sort((a, b) => a - b)
    .flatMap((generation) => {
      const arms = (name: ArmWindow['arm']): SlotArms => {
        const own = known.filter((window) => window.generation === generation && window.arm === name)
        return {
          whole: own.find((window) => window.segment === 0) ?? null,
          segments: new Map(own.map((window) => [window.segment, window])),
        }
      }
      return rowOf(rollout, desk, cluster, slot, generation, (frame) => countSlot(rollout.plan, frame, arms('candidate'), arms('stable')))
    })
}

function labelRows(rollout: KeptRollout, desk: Desk, cluster: SeenCluster, slot: ClosedSlot, labels: ArmOutcomes[]): EvidenceRow[] {
  const groups = labelCounters(rollout.plan).length / 4
  const known = segmentsOf(rollout.plan).map(({ id }) => id)
  const generations = new Set(labels.map((row) => row.generation).filter((generation) => desk.generations.has(generation)))
  return [...generations]
    .sort((a, b) => a - b)
    .flatMap((generation) => {
      const arm = (name: ArmOutcomes['arm']) => {
        const own = labels.filter((row) => row.generation === generation && row.arm === name)
        return [wholeOf(own), ...known.map((id) => own.find((row) => row.segment === id)?.kinds ?? [])].flatMap((kinds) =>
          Array.from({ length: groups / (known.length + 1) }, (_, k) => kinds[k] ?? { x: 0, n: 0 }),
        )
      }
      return rowOf(rollout, desk, cluster, slot, generation, () => countLabels(groups, arm('candidate'), arm('stable')))
    })
}

/** The outcomes of all segments together. */
function wholeOf(rows: readonly ArmOutcomes[]): { x: number; n: number }[] {
  const [first] = rows
  return (first?.kinds ?? []).map((_, k) => ({
    x: rows.reduce((sum, row) => sum + row.kinds[k].x, 0),
    n: rows.reduce((sum, row) => sum + row.kinds[k].n, 0),
  }))
}

function rowOf(
  rollout: KeptRollout,
  desk: Desk,
  cluster: SeenCluster,
  slot: ClosedSlot,
  generation: number,
  count: (frame: Frame) => number[],
): EvidenceRow[] {
  const id = cluster.place.clusterId
  const frame = desk.frameOf(id)
  if (!frame) return []
  const { state, plan } = rollout
  const flags = flagsOf({
    slot: slot.slotMs,
    acknowledgedAt: desk.acknowledged.get(`${id}/${generation}`) ?? null,
    supersededAt: supersededAt(desk, id, generation),
    firstWeightAt: 'firstWeightAt' in state ? (state.firstWeightAt[id] ?? null) : null,
    burnIn: plan.pace.burnIn,
    incomplete: slot.incomplete.has(id),
  })
  return [{ cluster: id, slot: slot.slotMs, generation, frame: frame.number, counts: count(frame), flags }]
}

/** When a later generation was acknowledged on the cluster; null: none was. */
function supersededAt(desk: Desk, clusterId: string, generation: number): number | null {
  const later = [...desk.acknowledged].flatMap(([key, at]) => {
    const [id, number] = key.split('/')
    return id === clusterId && Number(number) > generation ? [at] : []
  })
  return later.length > 0 ? Math.min(...later) : null
}
