import { createSketch, mergeSketch } from '@/lib/analysis/sketch'
import { REFERENCE_MINUTES, type Reference, type ReferenceBlock } from '@/lib/rollouts/frame'
import type { PlanDocument } from '@/lib/rollouts/schema'
import { readLabels, readWindows } from './telemetry'

const BLOCK_MS = 30_000
const MINUTE_MS = 60_000
/** Labels may be this old when they come; it bounds the partitions that are looked at. */
const LABEL_AGE_MS = 86_400_000

export function judgesLabels(plan: PlanDocument): boolean {
  return plan.gates.some((gate) => gate.metric === 'accuracy' || gate.metric === 'accuracy-floor')
}

/**
 * The stable arm on one cluster over the 60 minutes before `toMs`, in blocks of 30 s: what a frame is frozen from. `toMs` is the first slot that is not
 * closed yet, so that nothing that will be judged is in its own reference.
 */
export async function readReference(plan: PlanDocument, clusterId: string, toMs: number): Promise<Reference> {
  const versions = { candidate: null, stable: plan.from?.id ?? null }
  const fromMs = toMs - REFERENCE_MINUTES * MINUTE_MS
  const windows = await readWindows(plan.endpoint.id, versions, fromMs, toMs)
  const blocks = new Map<number, { n: number; bad: number; latency: ReferenceBlock['latency'] }>()
  for (const window of windows) {
    if (window.clusterId !== clusterId) continue
    const key = Math.floor(window.slotMs / BLOCK_MS)
    const block = blocks.get(key) ?? { n: 0, bad: 0, latency: createSketch() }
    block.n += window.n
    block.bad += window.bad
    mergeSketch(block.latency, window.latency)
    blocks.set(key, block)
  }
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block)
  return { blocks: ordered, labels: judgesLabels(plan) ? await labelReference(plan, clusterId, fromMs, toMs) : null, byKey: false }
}

async function labelReference(
  plan: PlanDocument,
  clusterId: string,
  fromMs: number,
  toMs: number,
): Promise<NonNullable<Reference['labels']>> {
  const versions = { candidate: null, stable: plan.from?.id ?? null }
  const labels = await readLabels(plan.endpoint.id, versions, { fromMs, toMs, sinceMs: fromMs - LABEL_AGE_MS, slotMs: BLOCK_MS })
  const blocks = new Map<number, { x: number; n: number }>()
  for (const row of labels) {
    if (row.clusterId !== clusterId) continue
    const block = blocks.get(row.slotMs) ?? { x: 0, n: 0 }
    block.x += row.wrong
    block.n += row.labels
    blocks.set(row.slotMs, block)
  }
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block)
  const sum = (pick: (block: { x: number; n: number }) => number) => ordered.reduce((total, block) => total + pick(block), 0)
  return { wrong: sum((block) => block.x), n: sum((block) => block.n), blocks: ordered }
}
