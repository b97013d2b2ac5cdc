import { formatDuration, formatWeight } from '@/lib/format'
import { METRIC_WORDS, verdictSentence } from '../explain-verdict'
import { whyClause } from '../explain-why'
import { samePlace } from '../frame'
import { weightAt } from '../gate'
import { type Bench, decide, fold, start } from '../judge'
import type { LedgerEvent, LedgerLine } from '../ledger'
import type { RecordedInput } from '../record/store'
import type { PlanDocument } from '../schema'
import { soakSeconds } from '../soak'
import type { Place, Why } from '../state'
import { lastPlace, lastStep } from '../steps'
import type { Judgement } from '../verdict'
import { type Adapted, adapt } from './adapt'
import { foldLine } from './replay'
import type { Change, StepOutcome, WhatIf } from './schema'
import { momentsOf } from './walk'

/** So many turns are judged one by one; of a longer watch only every k-th, which is said. */
const TURNS_MAX = 1_500

/** A position as it was lived through, with what would have been decided there first. */
interface Lived {
  place: Place
  acknowledgedAt: number | null
  leftAt: number | null
  left: StepOutcome['was']['action']
  advance: number | null
  goesBack: { at: number; says: string } | null
}

interface Course {
  lived: Lived[]
  goesBack: { at: number; says: string; lived: Lived } | null
  /** When and why traffic was really sent back, first; `alone`: that of one cluster, and it went on. null: it was not. */
  returned: { at: number; why: Why; alone: boolean } | null
  /** All traffic was sent back: nothing more was counted forward. */
  over: boolean
  promotedAt: number | null
  decided: number
  stride: number
}

type Record = Pick<WhatIf, 'rolloutId' | 'name' | 'createdAt' | 'phase'>

/**
 * A rollout of the past under other parameters: its evidence is folded anew, and at every turn it is asked what would have been decided there. From the
 * first return on nothing more is asked: what would have come after was never counted. Pure.
 */
export function rejudge(
  about: Record,
  plan: PlanDocument,
  lines: readonly LedgerLine[],
  inputs: readonly RecordedInput[],
  change: Change,
): WhatIf {
  const adapted = adapt(plan, change)
  const course = live(adapted, lines, inputs)
  const notes = [...adapted.notes]
  if (course.stride > 1) notes.push(`Judged at every ${course.stride}th turn only: the record has very many.`)
  const { outcome, sentence } = conclude(plan, course)
  return { ...about, outcome, sentence, steps: course.lived.map((lived) => stepOf(plan, lived)), notes }
}

function live(adapted: Adapted, lines: readonly LedgerLine[], inputs: readonly RecordedInput[]): Course {
  const bench = start(adapted.plan)
  const moments = momentsOf(lines, inputs)
  const turns = moments.filter((moment) => moment.kind === 'rows').length
  const stride = Math.max(1, Math.ceil(turns / TURNS_MAX))
  const course: Course = { lived: [], goesBack: null, returned: null, over: false, promotedAt: null, decided: 0, stride }
  let seen = 0
  for (const moment of moments) {
    if (moment.kind === 'line') {
      follow(adapted, bench, course, moment.line)
      continue
    }
    for (const { input } of moment.inputs) fold(bench, adapted.input(input))
    seen += 1
    const present = course.lived.at(-1)
    if (course.goesBack || !present || course.over || present.left === 'returned' || seen % stride !== 0) continue
    course.decided += 1
    ask(bench, course, present, moment.at)
  }
  return course
}

function ask(bench: Bench, course: Course, present: Lived, now: number): void {
  const watched = course.promotedAt !== null
  const point = watched
    ? { place: lastPlace(bench.plan), acknowledgedAt: course.promotedAt, now }
    : { place: present.place, acknowledgedAt: present.acknowledgedAt, now }
  const judgement = decide(bench, point)
  if (judgement.decision.action === 'return') {
    present.goesBack = { at: now, says: because(judgement) }
    course.goesBack = { ...present.goesBack, lived: present }
  }
  if (judgement.decision.action === 'advance' && hasSoaked(bench.plan, present, now)) present.advance ??= now
}

/** At the end of a wave that must prove itself, for as long as is asked; holds, which begin it anew, are not looked at. */
function hasSoaked(plan: PlanDocument, { place, acknowledgedAt }: Lived, now: number): boolean {
  if (acknowledgedAt === null || place.step !== lastStep(plan, place.wave)) return true
  return now >= acknowledgedAt + soakSeconds(plan, place.wave) * 1_000
}

function because({ gates, decision }: Judgement): string {
  const blamed = decision.action === 'return' ? decision.blamed : null
  const gate = gates.find((one) => one.metric === blamed && one.verdict === 'fail')
  return gate ? verdictSentence(gate) : `${blamed ? METRIC_WORDS[blamed] : 'a gate'} had no data.`
}

/** Keeps the course beside what the ledger says was done. */
function follow({ input }: Adapted, bench: Bench, course: Course, { at, event }: LedgerLine): void {
  foldLine(bench, event, input)
  const present = course.lived.at(-1)
  if (event.kind === 'step') {
    leave(present, at, 'advanced')
    course.lived.push({ place: event.place, acknowledgedAt: null, leftAt: null, left: 'stays', advance: null, goesBack: null })
  } else if (event.kind === 'acknowledged' && present && samePlace(present.place, event.place)) present.acknowledgedAt = at
  else if (event.kind === 'returning' || event.kind === 'wave-returned' || event.kind === 'watch-failed') {
    leave(present, at, 'returned')
    const alone = event.kind === 'wave-returned'
    course.returned ??= { at, why: event.why, alone }
    course.over ||= !alone
  } else if (event.kind === 'ended') end(course, present, at, event)
}

function end(course: Course, present: Lived | undefined, at: number, event: LedgerEvent & { kind: 'ended' }): void {
  if (event.phase === 'promoted') {
    course.promotedAt = at
    leave(present, at, 'advanced')
  } else leave(present, at, 'left')
}

function leave(present: Lived | undefined, at: number, how: Lived['left']): void {
  if (!present || present.leftAt !== null) return
  present.leftAt = at
  present.left = how
}

function stepOf(plan: PlanDocument, lived: Lived): StepOutcome {
  const seconds = (at: number | null) =>
    at === null || lived.acknowledgedAt === null ? null : Math.round((at - lived.acknowledgedAt) / 1_000)
  // At 100 % of a canary the cluster's word is enough where no soak is asked: no gate has to say so.
  const { wave } = lived.place
  const last = lived.place.step === lastStep(plan, wave) && plan.strategy === 'canary' && soakSeconds(plan, wave) === 0
  const advance = last ? lived.acknowledgedAt : lived.advance
  const back = lived.goesBack
  const would: StepOutcome['would'] =
    back && (advance === null || back.at <= advance || last)
      ? { action: 'return', seconds: seconds(back.at), says: back.says }
      : advance !== null
        ? { action: 'advance', seconds: seconds(advance), says: null }
        : { action: 'wait', seconds: null, says: null }
  return {
    cluster: plan.waves[lived.place.wave]?.cluster ?? '',
    weight: weightAt(plan, lived.place),
    was: { action: lived.left, seconds: seconds(lived.leftAt) },
    would,
  }
}

function conclude(plan: PlanDocument, course: Course): Pick<WhatIf, 'outcome' | 'sentence'> {
  const { goesBack, returned, decided, promotedAt } = course
  if (decided === 0) return { outcome: 'not-judged', sentence: 'Nothing of it was counted: it cannot be judged again.' }
  const byEvidence = returned?.why.cause === 'evidence'
  const was = returned
    ? `${returned.alone ? 'one cluster' : 'it'} was returned ${byEvidence ? 'by evidence' : `because ${whyClause(returned.why)}`}`
    : promotedAt === null
      ? 'it was not returned by evidence'
      : 'it was promoted'
  if (!goesBack) {
    if (byEvidence)
      return {
        outcome: 'passed',
        sentence: `It would not have been returned by what was counted; ${returned.alone ? 'one cluster' : 'it'} was.`,
      }
    return { outcome: 'same', sentence: `It would not have been returned either; ${was}.` }
  }
  const { lived, says, at } = goesBack
  const where = `at ${formatWeight(weightAt(plan, lived.place))}${plan.waves.length > 1 ? ` on ${plan.waves[lived.place.wave]?.cluster}` : ''}`
  const when =
    promotedAt !== null && at > promotedAt ? `in the watch, ${formatDuration((at - promotedAt) / 1_000)} after the promotion` : where
  if (!byEvidence) return { outcome: 'stopped', sentence: `It would have been returned ${when}: ${says} In fact ${was}.` }
  const earlier = (returned.at - at) / 1_000
  if (earlier < 1) return { outcome: 'same', sentence: `It would have been returned ${when} at the same turn. ${says}` }
  return { outcome: 'earlier', sentence: `It would have been returned ${when}, ${formatDuration(earlier)} before it was. ${says}` }
}
