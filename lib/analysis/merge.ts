import type { EvidenceBlock, EvidenceProcess } from './process'

/** A copy that shares nothing that changes. */
function cloneProcess(process: EvidenceProcess): EvidenceProcess {
  return {
    ...process,
    L: process.L.slice(),
    snapshots: process.snapshots.map((snapshot) => snapshot.slice()),
    blocks: process.blocks.map((block) => ({ ...block, increments: block.increments.slice() })),
    totals: { ...process.totals },
  }
}

/**
 * The process that saw the windows of both (shards of one metric): L, snapshots, totals and blocks of the same number add.
 * Neither is changed. RangeError unless both have the same nulls, phi, form and number of restarts.
 */
export function mergeProcesses(a: EvidenceProcess, b: EvidenceProcess): EvidenceProcess {
  const same =
    a.phi === b.phi && a.exact === b.exact && a.psiNulls.length === b.psiNulls.length && a.psiNulls.every((psi, i) => psi === b.psiNulls[i])
  if (!same) throw new RangeError('Only processes with the same nulls, phi and form can be merged.')
  if (a.snapshots.length !== b.snapshots.length) throw new RangeError('Only processes with the same restarts can be merged.')
  const merged = cloneProcess(a)
  addInto(merged.L, b.L)
  merged.snapshots.forEach((snapshot, k) => {
    addInto(snapshot, b.snapshots[k])
  })
  const blocks = new Map(merged.blocks.map((block) => [key(block), block]))
  for (const block of b.blocks) {
    const own = blocks.get(key(block))
    if (own) {
      own.xC += block.xC
      addInto(own.increments, block.increments)
    } else blocks.set(key(block), { ...block, increments: block.increments.slice() })
  }
  const { totals } = merged
  totals.xC += b.totals.xC
  totals.nC += b.totals.nC
  totals.xS += b.totals.xS
  totals.nS += b.totals.nS
  return { ...merged, blocks: [...blocks.values()].sort((x, y) => x.segment - y.segment || x.number - y.number) }
}

function key(block: EvidenceBlock): string {
  return `${block.segment}:${block.number}`
}

function addInto(into: Float64Array, other: Float64Array): void {
  for (let j = 0; j < into.length; j += 1) into[j] += other[j]
}
