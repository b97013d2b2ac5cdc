import { capital, formatCount, formatDuration, formatWeight } from '@/lib/format'
import { NEVER_READY_MS, UNREADY_MS } from './ending'
import { secondsLeft } from './explain'
import { METRIC_WORDS } from './explain-verdict'
import { holdClause } from './explain-why'
import { samePlace } from './frame'
import { weightAt } from './gate'
import type { Mirrors } from './machine'
import { MISSED_MS } from './observe'
import type { PlanDocument } from './schema'
import { soakClause, soakOf } from './soak'
import { gateNeed, holdNeed } from './standing-need'
import { whoMay } from './standing-who'
import type { Holding, LiveRun, Promoted, RolloutState } from './state'
import { returnsAlone } from './steps'
import type { Judgement } from './verdict'

/** Where a rollout stands: what blocks it, since when (ms), the number it needs, who can do what. The same on page, in API and in notifications. */
export interface Standing {
  readonly blocks: string
  readonly since: number
  readonly needs: string
  readonly who: string
  /** Which requests the candidate gets copies of; null: of none. */
  readonly copies: string | null
  /** All of it in one text. */
  readonly sentence: string
}

interface Block {
  blocks: string
  since: number
  needs: string
}

/** What is known beside the state. `decides`: at the present traffic the present step can decide by itself; `able`: whether copies can be sent, or why not. */
interface Known {
  readonly decides?: boolean
  readonly able?: Mirrors
}

/** Exists in every state. `judgement`: the last one; null before any. Pure. */
export function standing(plan: PlanDocument, state: RolloutState, judgement: Judgement | null, now: number, known: Known = {}): Standing {
  const block = blockOf(plan, state, judgement, now)
  const who = whoMay(plan, state, now, known.decides, known.able)
  const copies =
    state.phase === 'holding' && state.mirror
      ? `Copies of ${formatWeight(state.mirror)} of live requests go to v${plan.to?.number}; nobody gets its answers.`
      : null
  const sentence = `${capital(block.blocks)}, since ${clockTime(block.since, now)} (${formatDuration((now - block.since) / 1_000)}). Needs ${block.needs}. ${who}${copies ? ` ${copies}` : ''}`
  return { ...block, who, copies, sentence }
}

/** "12:31:05 UTC"; with its date when that was another day. */
function clockTime(at: number, now: number): string {
  const [day, time] = new Date(at).toISOString().split('T')
  return `${day === new Date(now).toISOString().split('T')[0] ? '' : `${day} `}${time.slice(0, 8)} UTC`
}

function blockOf(plan: PlanDocument, state: RolloutState, judgement: Judgement | null, now: number): Block {
  const { since } = state
  switch (state.phase) {
    case 'awaiting-approval': {
      const s = plan.approvals === 1 ? '' : 's'
      const left = formatDuration((state.expiresAt - now) / 1_000)
      return {
        blocks: 'no traffic moves before this plan is approved',
        since,
        needs: `${plan.approvals} approval${s} of this plan within ${left}, else it is cancelled`,
      }
    }
    case 'starting':
      return starting(plan, state, now)
    case 'progressing':
      return progressing(plan, state, judgement, now)
    case 'holding':
      return holding(plan, state, judgement, now)
    case 'returning': {
      const open = plan.waves.filter((wave) => state.waitingFor.includes(wave.clusterId)).map((wave) => wave.cluster)
      const names = open.length > 0 ? open.join(', ') : 'the last cluster'
      return {
        blocks: `waits for ${names} to acknowledge 0 %`,
        since,
        needs: `0 % acknowledged on ${Math.max(1, open.length)} of ${plan.waves.length} clusters`,
      }
    }
    case 'promoted':
      return promoted(plan, state, now)
    default:
      return { blocks: `nothing blocks: the rollout has ended (${state.phase})`, since, needs: 'nothing' }
  }
}

function starting(plan: PlanDocument, run: LiveRun, now: number): Block {
  const { cluster, replicas } = plan.waves[run.place.wave]
  const to = plan.to ? `v${plan.to.number}` : 'no version'
  const blocks = `waits for ${to} to be ready on ${cluster}`
  const ready = replicas === 1 ? '1 replica ready' : `all ${replicas} replicas ready`
  if (plan.strategy === 'return')
    return { blocks, since: run.startingSince, needs: `1 of ${replicas} replicas ready: traffic follows what is ready` }
  const left = formatDuration(Math.max(0, run.startingSince + NEVER_READY_MS - now) / 1_000)
  const late = run.place.wave === 0 ? 'fails' : returnsAlone(plan) ? 'is held' : 'returns'
  return { blocks, since: run.startingSince, needs: `${ready} within ${left}, else it ${late}` }
}

function progressing(plan: PlanDocument, run: LiveRun, judgement: Judgement | null, now: number): Block {
  const { cluster, clusterId, replicas } = plan.waves[run.place.wave]
  const weight = formatWeight(weightAt(plan, run.place))
  if (plan.strategy === 'return')
    return {
      blocks: 'traffic follows the capacity that is ready',
      since: run.since,
      needs: `${replicas} of ${replicas} replicas ready on every cluster`,
    }
  if (run.acknowledgedAt === null)
    return {
      blocks: `waits for ${cluster} to acknowledge ${weight}`,
      since: run.since,
      needs: `its answer that it routes ${weight}: after ${MISSED_MS / 1_000} s out of reach the rollout is held, after ${UNREADY_MS / 1_000} s not ready it returns`,
    }
  const since = run.dwellSince ?? run.acknowledgedAt
  const warm = (run.firstWeightAt[clusterId] ?? 0) + plan.pace.burnIn * 1_000
  if (now < warm)
    return {
      blocks: `the first ${formatDuration(plan.pace.burnIn)} of traffic are not judged`,
      since,
      needs: `${formatDuration((warm - now) / 1_000)} more`,
    }
  const soak = soakOf(plan, run)
  if (soak && now < soak.until)
    return {
      blocks: soakClause(plan, run, now) ?? '',
      since,
      needs: `${formatDuration((soak.until - now) / 1_000)} more in which no gate fails`,
    }
  const here = judgement && samePlace(run.place, { wave: judgement.wave, step: judgement.step }) ? judgement : null
  return here
    ? { ...waiting(plan, here), since }
    : { blocks: 'no slot of this step is closed yet', since, needs: '1 closed slot of 5 s, within 15 s' }
}

/** At a step that is judged: what the next one waits for. */
function waiting(plan: PlanDocument, judgement: Judgement): Omit<Block, 'since'> {
  const { decision } = judgement
  if (decision.action !== 'wait')
    return { blocks: 'nothing blocks: the engine acts on what it has just decided', needs: "the engine's next turn, within 3 s" }
  const open = judgement.gates.filter((gate) => gate.gating && gate.verdict !== 'pass')
  const seconds = secondsLeft(judgement)
  const left = seconds === null ? '' : `; about ${formatDuration(seconds)} more at this pace`
  switch (decision.waitingFor) {
    case 'acknowledgement':
      return { blocks: 'the cluster has not acknowledged this step', needs: '1 acknowledgement' }
    case 'requests':
      return {
        blocks: 'too few requests are counted at this step',
        needs: `${formatCount(Math.max(1, plan.pace.minRequests))} candidate requests, has ${formatCount(judgement.requests)}`,
      }
    case 'dwell':
      return {
        blocks: 'the step is too short yet',
        needs: `${formatDuration(plan.pace.minDwell)} counted, has ${formatDuration(judgement.dwellSeconds)}`,
      }
    case 'person':
      return { blocks: 'the preview waits to be looked at', needs: '1 person who switches all traffic, or returns' }
    default: {
      const names = open.map((gate) => METRIC_WORDS[gate.metric]).join(', ') || 'the next step'
      const needs = open.flatMap((gate) => gateNeed(gate, judgement.share) ?? []).join('; ') || '1 more closed slot'
      return { blocks: `${names} ${open.length > 1 ? 'are' : 'is'} not proven within this step's limit`, needs: `${needs}${left}` }
    }
  }
}

function holding(plan: PlanDocument, run: Holding, judgement: Judgement | null, now: number): Block {
  const end = Math.min(...run.holds.map((hold) => hold.end ?? Number.POSITIVE_INFINITY))
  const asks = run.holds.some(({ reason }) => reason === 'stable-bad')
  const over = plan.pace.holdEnd === 'return' && !asks ? 'it returns' : 'it stays'
  const until = Number.isFinite(end) ? ` within ${formatDuration((end - now) / 1_000)}, else ${over}` : ''
  return {
    blocks: run.holds.map(holdClause).join(', and '),
    since: Math.min(...run.holds.map((hold) => hold.since)),
    needs: `${run.holds.map((hold) => holdNeed(plan, hold, judgement)).join(', and ')}${until}`,
  }
}

function promoted(plan: PlanDocument, state: Promoted, now: number): Block {
  const { since } = state
  const from = plan.from ? `v${plan.from.number}` : 'no version'
  switch (state.watch) {
    case 'open': {
      const left = formatDuration(((state.watchUntil ?? now) - now) / 1_000)
      return { blocks: `nothing blocks: promoted and watched, ${from} kept ready`, since, needs: `${left} more in which no gate fails` }
    }
    case 'failed':
      return { blocks: `the watch failed: a return to ${from} was begun`, since, needs: 'nothing here; look at that return' }
    case 'none':
    case 'passed':
      return { blocks: 'nothing blocks: the rollout has ended (promoted)', since, needs: 'nothing' }
    case 'asks':
      return {
        blocks: `the watch found a fault, but ${from} fails its own objective`,
        since,
        needs: `1 person to return to ${from} all the same, or to launch another version`,
      }
    case 'ended':
      return { blocks: 'nothing blocks: promoted, and its watch ended when the next rollout began', since, needs: 'nothing' }
  }
}
