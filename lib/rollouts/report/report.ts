import { formatDuration, formatWeight } from '@/lib/format'
import { BURN_IN } from '../evidence'
import { METRIC_WORDS, verdictSentence } from '../explain-verdict'
import { whyClause } from '../explain-why'
import { samePlace } from '../frame'
import { weightAt } from '../gate'
import type { LedgerLine } from '../ledger'
import type { RecordedInput } from '../record/store'
import type { PlanDocument } from '../schema'
import { soakSeconds } from '../soak'
import type { Place } from '../state'
import { returnsAlone, stepsAt } from '../steps'
import { lineOf } from '../timeline'
import type { Report, ReportStep } from './schema'

/** Steps of a rollout from its record: what was counted at each, what the gates said last, what was decided. Pure. */
export function stepsOf(plan: PlanDocument, lines: readonly LedgerLine[], inputs: readonly RecordedInput[]): ReportStep[] {
  const steps = lines.flatMap((line, i) => (line.event.kind === 'step' ? [{ line, i, place: line.event.place }] : []))
  return steps.map(({ line, i, place }, k) => {
    const rest = lines.slice(i + 1, steps[k + 1]?.i ?? lines.length)
    const acknowledged = rest.find(({ event }) => event.kind === 'acknowledged' && samePlace(event.place, place))
    const left =
      rest.find(({ event }) => event.kind === 'wave-returned') ??
      steps[k + 1]?.line ??
      rest.find(({ event }) => event.kind === 'returning' || event.kind === 'ended' || event.kind === 'starting')
    return {
      cluster: plan.waves[place.wave]?.cluster ?? '',
      weight: weightAt(plan, place),
      at: iso(line.at),
      acknowledgedAt: acknowledged ? iso(acknowledged.at) : null,
      leftAt: left ? iso(left.at) : null,
      counted: countedAt(plan, place, rest, inputs),
      gates: gatesAt(place, rest),
      decision: left ? decisionOf(plan, left) : 'It stands there now.',
    }
  })
}

function decisionOf(plan: PlanDocument, line: LedgerLine): string {
  const { event } = line
  const { what } = lineOf(plan, event)
  const why = 'why' in event ? `, because ${whyClause(event.why)}` : ''
  return `${what}${why}.`
}

/** How each cluster goes: its steps, its soak, and whether a fail there leaves those before it. Pure. */
export function wavesOf(plan: PlanDocument): string[] {
  return plan.waves.map(({ cluster }, wave) => {
    const soak = soakSeconds(plan, wave)
    const steps = stepsAt(plan, wave).map((step) => formatWeight(step))
    const alone = wave > 0 && returnsAlone(plan) ? '; a fail returns it alone' : ''
    return `${cluster}: ${steps.join(' -> ')}${soak > 0 ? `, then soaks for ${formatDuration(soak)}` : ''}${alone}`
  })
}

/** The last judgement of this place before it was left. */
function gatesAt(place: Place, lines: readonly LedgerLine[]): ReportStep['gates'] {
  const judged = lines.findLast(
    ({ event }) => event.kind === 'judged' && event.judgement.wave === place.wave && event.judgement.step === place.step,
  )
  if (judged?.event.kind !== 'judged') return []
  return judged.event.judgement.gates.map((gate) => ({
    metric: METRIC_WORDS[gate.metric],
    verdict: gate.verdict,
    sentence: verdictSentence(gate),
  }))
}

/** Sums over the slots that were counted on the step's own cluster under its generations, of this attempt (`lines`: until the next step); burn-in is left out, as it is when judging. */
function countedAt(
  plan: PlanDocument,
  place: Place,
  lines: readonly LedgerLine[],
  inputs: readonly RecordedInput[],
): ReportStep['counted'] {
  const generations = new Set(
    lines.flatMap(({ event }) => (event.kind === 'wished' && samePlace(event.place, place) ? [event.generation] : [])),
  )
  const sums = { candidate: { requests: 0, bad: 0 }, stable: { requests: 0, bad: 0 } }
  for (const { input } of inputs) {
    if (input.kind !== 'evidence' || !generations.has(input.row.generation) || input.row.flags & BURN_IN) continue
    if (input.row.cluster !== plan.waves[place.wave]?.clusterId) continue
    const [nC = 0, nS = 0, xC = 0, xS = 0] = input.row.counts
    sums.candidate.requests += nC
    sums.candidate.bad += xC
    sums.stable.requests += nS
    sums.stable.bad += xS
  }
  return sums
}

/** Every line of the ledger in words, oldest first; wishes are left to the steps that made them. */
export function timelineOf(plan: PlanDocument, lines: readonly LedgerLine[]): Report['timeline'] {
  return lines
    .filter(({ event }) => event.kind !== 'wished')
    .map(({ seq, at, event }) => {
      const { who, what, because } = lineOf(plan, event)
      return { seq, at: iso(at), who, what, because }
    })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
