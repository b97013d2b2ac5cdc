import { createSketch, mergeSketch } from '@/lib/analysis/sketch'
import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import { REFERENCE_MINUTES, type Reference, type ReferenceBlock, type ReferenceOutcome } from '@/lib/rollouts/frame'
import { measuresOf, readsLabels } from '@/lib/rollouts/lane'
import type { PlanDocument } from '@/lib/rollouts/schema'
import { type ArmOutcomes, readOutcomes } from './outcomes'
import { addCounts, readWindows } from './telemetry'

const BLOCK_MS = 30_000
const MINUTE_MS = 60_000
/** Labels may be this old when they come; it bounds the partitions that are looked at. */
const LABEL_AGE_MS = 86_400_000

export function judgesLabels(plan: PlanDocument): boolean {
  return plan.gates.some(readsLabels)
}

/**
 * The stable arm on one cluster over the 60 minutes before `toMs`, in blocks of 30 s: what a frame is frozen from. `toMs` is the first slot that is not
 * closed yet, so that nothing that will be judged is in its own reference.
 */
export async function readReference(plan: PlanDocument, clusterId: string, toMs: number): Promise<Reference> {
  const versions = { candidate: null, stable: plan.from?.id ?? null }
  const fromMs = toMs - REFERENCE_MINUTES * MINUTE_MS
  const windows = await readWindows({ endpointId: plan.endpoint.id, versions, fromMs, toMs })
  const blocks = new Map<number, { n: number; bad: number; latency: ReferenceBlock['latency'] }>()
  let keys: number[] | null = null
  for (const window of windows) {
    if (window.clusterId !== clusterId) continue
    keys = addCounts(keys, window.keys)
    const key = Math.floor(window.slotMs / BLOCK_MS)
    const block = blocks.get(key) ?? { n: 0, bad: 0, latency: createSketch() }
    block.n += window.n
    block.bad += window.bad
    mergeSketch(block.latency, window.latency)
    blocks.set(key, block)
  }
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block)
  const [labels = null, ...measures] = judgesLabels(plan) ? await outcomeReference(plan, clusterId, fromMs, toMs) : []
  return { blocks: ordered, labels, measures, ...byKey(keys, ordered) }
}

/** An endpoint whose requests mostly come with a key is routed by it: the key, not the request, is what is assigned to an arm. */
function byKey(counts: readonly number[] | null, blocks: readonly ReferenceBlock[]): Pick<Reference, 'keys' | 'byKey'> {
  const keys = Array.from({ length: KEY_BUCKETS }, (_, i) => ({ n: counts?.[i] ?? 0, x: counts?.[KEY_BUCKETS + i] ?? 0 }))
  const [keyed, all] = [keys, blocks].map((list) => list.reduce((sum, { n }) => sum + n, 0))
  return all > 0 && keyed >= all / 2 ? { keys, byKey: true } : { byKey: false }
}

/** Outcomes by kind: labels first, then the gates' own. */
async function outcomeReference(plan: PlanDocument, clusterId: string, fromMs: number, toMs: number): Promise<ReferenceOutcome[]> {
  const versions = { candidate: null, stable: plan.from?.id ?? null }
  const range = { fromMs, toMs, sinceMs: fromMs - LABEL_AGE_MS, slotMs: BLOCK_MS }
  const rows = await readOutcomes({ endpointId: plan.endpoint.id, gates: plan.gates }, versions, range)
  const own = rows.filter((row) => row.clusterId === clusterId)
  return ['label', ...measuresOf(plan.gates)].map((_, kind) => referenceOf(own, kind))
}

function referenceOf(rows: readonly ArmOutcomes[], kind: number): ReferenceOutcome {
  const blocks = new Map<number, { x: number; n: number }>()
  const all = { x: 0, n: 0, delaySum: 0 }
  for (const { slotMs, kinds } of rows) {
    const { x, n, delaySum } = kinds[kind]
    const block = blocks.get(slotMs) ?? { x: 0, n: 0 }
    blocks.set(slotMs, { x: block.x + x, n: block.n + n })
    all.x += x
    all.n += n
    all.delaySum += delaySum
  }
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block)
  return { x: all.x, n: all.n, delaySeconds: all.n > 0 ? all.delaySum / all.n : null, blocks: ordered }
}
