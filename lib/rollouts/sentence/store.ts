import { db } from '@/lib/db'
import { log } from '@/lib/log'
import { type History, histories, type JudgedPoint, openHistory } from '../history'
import { presentTraffic } from '../launching/present'
import type { Mirrors } from '../machine'
import type { Traffic } from '../preview'
import { readRecord } from '../record/store'
import { canMirror } from '../steering/mirror'
import { findLastJudgement, type KeptRollout } from '../store'
import type { Judgement } from '../verdict'

/** What a rollout's sentences are made from beside itself: the same for its page, the API and notifications, so that all three say the same. */
export interface Known {
  /** The last one; null: nothing was judged. */
  judgement: Judgement | null
  /** What the endpoint has at present; null: not known, or nobody is asked for anything. */
  traffic: Traffic | null
  /** Whether copies of requests can be sent, or why not. */
  mirrors: Mirrors
}

export async function knownNow(rollout: KeptRollout, now: Date): Promise<Known> {
  const held = rollout.state.phase === 'holding'
  const [judgement, traffic, mirrors] = await Promise.all([
    lastJudgement(rollout),
    held ? presentTraffic(rollout, now) : null,
    held ? canMirror(db(), rollout) : (true as const),
  ])
  return { judgement, traffic, mirrors }
}

/** The record of a rollout, folded by the judge as far as it is written. */
export async function judgedPoints(rollout: KeptRollout): Promise<JudgedPoint[]> {
  return (await foldedHistory(rollout)).points
}

async function foldedHistory(rollout: KeptRollout): Promise<History> {
  const { history } = await histories.update(rollout.id, async (before) => {
    const read = await readRecord(db(), rollout.id, before?.cursor ?? null)
    const kept = before?.history ?? openHistory(rollout.plan)
    kept.add(read.inputs)
    return { history: kept, cursor: read.cursor }
  })
  return history
}

async function lastJudgement(rollout: KeptRollout): Promise<Judgement | null> {
  const { state } = rollout
  const decided = await findLastJudgement(db(), rollout.id)
  // What ended a rollout is what was decided then; before, the numbers of now say more than those of the last change.
  if (!('acknowledgedAt' in state)) return decided
  try {
    return (await foldedHistory(rollout)).last(state) ?? decided
  } catch (error) {
    log.warn({ err: error, rollout: rollout.id }, 'the record could not be folded; the last written verdict is shown')
    return decided
  }
}
