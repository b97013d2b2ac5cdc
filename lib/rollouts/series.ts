import { FULL } from '@/lib/endpoints/wish'
import { capital } from '@/lib/format'
import { METRIC_WORDS } from './explain-verdict'
import type { JudgedPoint } from './history'
import type { LedgerLine } from './ledger'
import type { PlanDocument } from './schema'
import { countedShare } from './share'
import { returnsAlone } from './steps'
import { lineOf } from './timeline'
import { armPoints, type CountedStep } from './traffic/store'
import type { Comparison, GateVerdict } from './verdict'
import type { EvidenceSeries, RolloutSeries, TrafficShare } from './view-schema'

interface SeriesParts {
  plan: PlanDocument
  lines: readonly LedgerLine[]
  history: readonly JudgedPoint[]
  steps: readonly CountedStep[]
  stepMs: number
  from: number
  to: number
}

const MARKED = ['starting', 'step', 'held', 'returning', 'ended', 'promote-now'] as const

/** The charts of a rollout from what was counted, wished and judged. */
export function seriesOf(parts: SeriesParts): RolloutSeries {
  const { plan, lines, steps, stepMs, from, to } = parts
  return {
    from,
    to,
    stepMs,
    traffic: plan.waves.flatMap(({ clusterId, cluster }) => {
      const points = trafficOn(parts, clusterId)
      return points.some((point) => point.counted !== null || point.desired !== null) ? [{ cluster, points }] : []
    }),
    evidence: plan.gates.map((gate) => evidenceOf(parts, gate.metric)),
    live: armPoints(steps, plan.from?.id ?? null),
    next: armPoints(steps, plan.to?.id ?? null),
    marks: lines
      .filter(({ event }) => MARKED.some((kind) => kind === event.kind))
      .map(({ at, event }) => ({ at, text: lineOf(plan, event).what })),
  }
}

function trafficOn({ plan, lines, steps, stepMs, from, to }: SeriesParts, clusterId: string): TrafficShare[] {
  const own = steps.filter((step) => step.clusterId === clusterId)
  const sum = (at: number, versionId: string | null) =>
    own.filter((step) => step.at === at && (versionId === null || step.versionId === versionId)).reduce((n, step) => n + step.n, 0)
  const wishes = lines.flatMap(({ at, event }) => {
    const weight = event.kind === 'wished' ? event.weights[clusterId] : undefined
    return weight === undefined ? [] : [{ at, desired: weight / FULL }]
  })
  const points: TrafficShare[] = []
  for (let at = Math.floor(from / stepMs) * stepMs; at < to; at += stepMs) {
    const counted = countedShare(sum(at, plan.to?.id ?? ''), sum(at, null))
    const desired = wishes.findLast((wish) => wish.at <= at + stepMs / 2)?.desired ?? null
    points.push({ at, desired, counted: counted?.share ?? null, low: counted?.low ?? null, high: counted?.high ?? null })
  }
  return points
}

function evidenceOf({ history, plan }: SeriesParts, metric: GateVerdict['metric']): EvidenceSeries {
  const said = history.flatMap(({ at, judgement }) => {
    const gate = judgement.gates.find((each) => each.metric === metric)
    return gate ? [{ at, gate }] : []
  })
  // Latency has one comparison per quantile, segments have their own: the one that decides now is drawn from its beginning.
  const { quantile = null, of } = said.at(-1)?.gate.parts[0] ?? {}
  const part = (gate: GateVerdict): Comparison | undefined => gate.parts.find((each) => each.quantile === quantile && each.of === of)
  const last = said.at(-1)
  const limits = last ? part(last.gate) : undefined
  const threshold = limits?.toleratedMs ? `, slower than ${limits.toleratedMs.toFixed(1)} ms` : ''
  const name = METRIC_WORDS[metric]
  const wave = plan.waves.length === 1 ? '' : returnsAlone(plan) ? ', of one cluster at a time' : ', all clusters'
  return {
    metric,
    label: `${capital(name)}${quantile === null ? '' : ` p${Number((quantile * 100).toFixed(1))}`}${of ? `, ${of}` : ''}${threshold}${wave}`,
    points: said.map(({ at, gate }) => {
      const comparison = part(gate)
      return { at, estimate: comparison?.ratio ?? null, low: comparison?.lower ?? null, high: comparison?.upper ?? null }
    }),
    lines: said.flatMap(({ at, gate }) => {
      const comparison = part(gate)
      return comparison ? [{ at, tolerated: comparison.tolerated, limit: comparison.limit }] : []
    }),
  }
}
