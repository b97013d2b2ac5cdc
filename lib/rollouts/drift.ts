import { band } from '@/lib/analysis/band'
import { evidenceGt, evidenceLt } from '@/lib/analysis/evidence'
import { FULL } from '@/lib/endpoints/wish'
import type { PositionState } from './bench'
import { finite, likeliest } from './compare'
import { weightAt } from './gate'
import type { Bench, JudgePoint } from './judge'
import { inputDistance, inputsDiffer, MIX_BAR } from './mix'
import type { Gate, PlanDocument } from './schema'
import type { Comparison, GateVerdict, VerdictReason, VerdictWord } from './verdict'

type DriftGate = Extract<Gate, { metric: 'drift' }>

/**
 * What the drift gate says at this position. Never a fail: different inputs speak of the routing, not of the candidate, so a hit makes every comparison
 * invalid and holds. A pass is the proof that no cumulative share differs by more than the plan allows.
 */
export function driftVerdict(
  gate: DriftGate,
  { bench, point, alone }: { bench: Bench; point: JudgePoint; alone: boolean },
  position: PositionState | null,
): GateVerdict {
  const { plan } = bench
  const counted = position?.mix.features.some(({ candidate }) => candidate.some((count) => count > 0)) ?? false
  const evidence = position ? inputsDiffer(position.mix) : 0
  const distance = { most: position && counted ? inputDistance(position.mix, plan.alphaSafe) : 1, allowed: gate.maxDistance }
  const word = (): readonly [VerdictWord, VerdictReason] => {
    if (weightAt(plan, point.place) === 0 || alone) return ['no-data', 'not-judged-here']
    if (!counted) return ['no-data', 'no-traffic']
    if (evidence >= MIX_BAR) return ['invalid', 'inputs-differ']
    return distance.most <= gate.maxDistance ? ['pass', 'proven-within-limit'] : ['undecided', 'between']
  }
  const [verdict, reason] = word()
  return {
    metric: gate.metric,
    verdict,
    reason,
    compared: 'side-by-side',
    parts: position && counted ? partsOf(plan, position, gate.ratio) : [],
    evidence,
    needed: MIX_BAR,
    withoutWorst: null,
    safe: 0,
    safeNeeded: 0,
    ceiling: null,
    points: null,
    gating: !gate.dryRun && (gate.required || verdict === 'invalid') && weightAt(plan, point.place) < FULL,
    distance,
    ...(gate.noData ? { noData: gate.noData } : {}),
    ...(gate.dryRun ? { dryRun: true as const } : {}),
  }
}

/** Per feature its bin with the most to say, the feature that differs most first. */
function partsOf(plan: PlanDocument, { mix }: PositionState, ratio: number): Comparison[] {
  const found = mix.features.map(({ drift, candidate, stable }, i) => {
    const said = drift.bins.map((process) => Math.max(evidenceGt(process, ratio), evidenceLt(process, 1 / ratio)))
    const bin = said.indexOf(Math.max(...said))
    const process = drift.bins[bin]
    const { lower, upper } = band(process, plan.alpha)
    const feature = plan.observe?.features[i]
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
    const part: Comparison = {
      of: feature ? `${feature.name} ${binWords(feature.edges, bin)}` : '',
      quantile: null,
      tauMs: null,
      toleratedMs: null,
      limitMs: null,
      xC: candidate[bin],
      nC: sum(candidate),
      xS: stable[bin],
      nS: sum(stable),
      ratio: likeliest(process),
      lower: lower > 0 ? lower : null,
      upper: finite(upper),
      step: null,
      tolerated: ratio,
      limit: ratio,
      finalLimit: ratio,
      odds: false,
    }
    return { said: said[bin], part }
  })
  return found.sort((a, b) => b.said - a.said).map(({ part }) => part)
}

/** Where a bin lies: bin 0 is what is missing, bin i + 1 is (edge i-1, edge i]. */
function binWords(edges: readonly number[], bin: number): string {
  if (bin === 0) return 'missing'
  const [low, high] = [edges[bin - 2], edges[bin - 1]]
  if (low === undefined) return high === undefined ? '' : `up to ${edgeWords(high)}`
  return high === undefined ? `above ${edgeWords(low)}` : `${edgeWords(low)} to ${edgeWords(high)}`
}

function edgeWords(edge: number): string {
  return `${Number(edge.toPrecision(4))}`
}
