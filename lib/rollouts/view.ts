import { armLines, countedByGateway, isUnverified, placeLines } from '@/lib/endpoints/counted/words'
import type { PlacedEndpoint } from '@/lib/endpoints/store'
import { FULL, type ObservedArm } from '@/lib/endpoints/wish'
import { capital } from '@/lib/format'
import { headline } from './explain'
import { explainOdds, verdictSentence } from './explain-verdict'
import { holdSentences } from './explain-why'
import { noDataWords, passesWithoutData } from './gate-terms'
import type { Known } from './sentence/store'
import { countedShare } from './share'
import { soakOf } from './soak'
import { standing } from './standing'
import { stepsAt } from './steps'
import type { KeptRollout } from './store'
import { COPIES_MINUTES, type CountedCopies } from './traffic/copies'
import type { RecentCount } from './traffic/store'
import type { GateVerdict } from './verdict'
import { decidesNow, optionViews, verbsOf } from './view-options'
import type { ControlVerb, GateView, MirrorView, RolloutView, TicksView, WaveView } from './view-schema'

/** What a rollout's page is made from. */
export interface ViewParts extends Known {
  rollout: KeptRollout
  endpoint: PlacedEndpoint
  counts: readonly RecentCount[]
  /** Per cluster id: where it is, its address, when it was seen (ms). */
  clusters: ReadonlyMap<string, { location: string; address: string | null; seenAt: number | null }>
  watermarks: ReadonlyMap<string, number>
  actor: { id: string; name: string }
  mayDo: (verb: ControlVerb) => boolean
  copies: CountedCopies | null
  /** ms; null while it has not ended. */
  endedAt: number | null
  now: number
}

/** Milliseconds as ISO text. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}

/** The clusters of the plan as they stand now. */
export function wavesOf(parts: ViewParts): WaveView[] {
  const { rollout, endpoint, counts, clusters, now } = parts
  const { plan, state } = rollout
  return plan.waves.map(({ clusterId, cluster }, wave): WaveView => {
    const placed = endpoint.clusters.find((each) => each.clusterId === clusterId)
    const known = clusters.get(clusterId)
    const to = plan.to?.id ?? ''
    const wished = placed?.wish?.arms.find((arm) => arm.versionId === to)
    const observed = placed?.observation?.arms.find((arm) => arm.versionId === to)
    const here = counts.filter((each) => each.clusterId === clusterId)
    const total = here.reduce((sum, each) => sum + each.n, 0)
    const own = here.filter((each) => each.versionId === to).reduce((sum, each) => sum + each.n, 0)
    const seenAt = known?.seenAt ?? null
    const unverified = placed ? isUnverified(placed, now) : false
    const byGateway = placed ? countedByGateway(placed, to, now) : null
    return {
      clusterId,
      cluster,
      location: known?.location ?? '',
      wave: wave + 1,
      state: stateOf(rollout, wave, clusterId),
      step: 'place' in state && state.place.wave === wave ? state.place.step : null,
      steps: [...stepsAt(plan, wave)],
      desired: wished?.weight ?? 0,
      acknowledged: observed?.weight ?? (placed?.observation ? 0 : null),
      counted: unverified ? null : (countedShare(own, total) ?? (byGateway && countedShare(byGateway.x, byGateway.n))),
      traffic: placed ? [...armLines(placed, to, wished?.weight ?? 0, now), ...placeLines(placed, now)] : [],
      unverified,
      ready: observed?.ready ?? 0,
      wanted: wished?.replicas ?? 0,
      unready: unreadyWords(observed),
      seenAt: seenAt === null ? null : iso(seenAt),
      address: known?.address ? `${known.address}/${plan.endpoint.environment}/v2/models/${plan.endpoint.model}/infer` : null,
    }
  })
}

/** More reasons than these say no more: the endpoint's page has all. */
const REASONS_MAX = 3

function unreadyWords(arm: ObservedArm | undefined): string[] {
  const reasons = (arm?.replicas ?? []).flatMap(({ state, reason }) => (state === 'ready' || !reason ? [] : [reason]))
  return [...new Set(reasons)].slice(0, REASONS_MAX)
}

function stateOf({ plan, state, startedAt }: KeptRollout, wave: number, clusterId: string): WaveView['state'] {
  if (startedAt === null) return 'waits'
  if (state.phase === 'promoted') return 'done'
  if (state.phase === 'returning') return state.waitingFor.includes(clusterId) ? 'returning' : 'returned'
  if (!('place' in state)) return 'returned'
  if (wave !== state.place.wave) return wave < state.place.wave ? 'done' : 'waits'
  if (state.phase === 'holding' && state.holds.some((hold) => hold.reason === 'lowered')) return 'lowered'
  if (state.phase === 'holding' && state.holds.some((hold) => hold.reason === 'wave-failed'))
    return state.acknowledgedAt === null ? 'returning' : 'returned'
  if (state.phase === 'starting' || state.place.step === null) return 'starting'
  return state.phase === 'progressing' && soakOf(plan, state) ? 'soaks' : 'at-step'
}

/** What a gate says, with the numbers that decide. */
function gateView(gate: GateVerdict): GateView {
  const part = gate.parts[0]
  return {
    metric: gate.metric,
    verdict: gate.verdict,
    sentence: verdictSentence(gate),
    estimate: part?.ratio ?? null,
    low: part?.lower ?? null,
    high: part?.upper ?? null,
    tolerated: part?.tolerated ?? null,
    limit: part?.limit ?? null,
    explain: explainOdds(gate),
    dryRun: gate.dryRun ?? false,
    noData: { says: `${capital(noDataWords(gate))}.`, passes: passesWithoutData(gate) },
  }
}

const COUNTED_AFTER_MS = 1_000
/** So long after its end a rollout's page shows how far the last change came; later changes are other rollouts'. */
const TICKS_AFTER_END_MS = 60_000

/** How far the last wish has come on the clusters that it was made for. Of a rollout that never began, none is its own. */
function ticksOf({ rollout, endpoint, watermarks }: ViewParts): TicksView | null {
  if (rollout.startedAt === null) return null
  const generation = Math.max(0, ...endpoint.clusters.map((place) => place.generation))
  const places = endpoint.clusters.filter((place) => place.generation === generation && place.wishedAt !== null)
  if (generation === 0 || places.length === 0) return null
  const written = places.every((place) => (place.acknowledgedGeneration ?? 0) >= generation && place.acknowledgedAt !== null)
  const writtenAt = written ? Math.max(...places.map((place) => place.acknowledgedAt ?? 0)) : null
  const counted =
    written && places.every((place) => (watermarks.get(place.clusterId) ?? 0) >= (place.acknowledgedAt ?? 0) + COUNTED_AFTER_MS)
  return {
    generation,
    wishedAt: iso(Math.max(...places.map((place) => place.wishedAt ?? 0))),
    writtenAt: writtenAt === null ? null : iso(writtenAt),
    countedAt: counted && writtenAt !== null ? iso(writtenAt + COUNTED_AFTER_MS) : null,
  }
}

/** The sentences of a rollout: what its page, the API and a notification say of it, in the same words. */
export function sentencesOf(parts: Known & { rollout: KeptRollout; now: number }): Pick<RolloutView, 'headline' | 'standing' | 'holds'> {
  const { rollout, judgement, now } = parts
  const { plan, state } = rollout
  const stands = standing(plan, state, judgement, now, { decides: decidesNow(parts), able: parts.mirrors })
  const holds = state.phase === 'holding' ? state.holds : []
  return {
    headline: headline(plan, state, judgement, now),
    standing: { ...stands, since: iso(stands.since) },
    holds: holds.map((hold) => ({
      reason: hold.reason,
      owner: hold.owner,
      since: iso(hold.since),
      until: hold.end === null ? null : iso(hold.end),
      text: holdSentences([hold], now),
    })),
  }
}

/** The parts of the page that follow from the rollout alone. */
export function viewOf(
  parts: ViewParts,
): Pick<RolloutView, 'headline' | 'standing' | 'holds' | 'gates' | 'waves' | 'ticks' | 'mirror' | 'verbs' | 'options'> {
  const { judgement, now, endedAt } = parts
  const verbs = verbsOf(parts)
  return {
    ...sentencesOf(parts),
    gates: judgement?.gates.map(gateView) ?? [],
    waves: wavesOf(parts),
    // Just after the end the last click is still on its way to being counted.
    ticks: endedAt !== null && now - endedAt > TICKS_AFTER_END_MS ? null : ticksOf(parts),
    mirror: mirrorOf(parts),
    verbs,
    options: optionViews(parts, verbs),
  }
}

function mirrorOf({ rollout: { state }, copies }: ViewParts): MirrorView | null {
  const share = (state.phase === 'holding' && state.mirror) || null
  if (share === null && copies === null) return null
  return { share, minutes: COPIES_MINUTES, ...(copies ?? { n: 0, bad: 0, dropped: 0, p95: null }) }
}

/** The candidate's counted and desired weight on the wave that the rollout is at, for one row of a list. */
export function rowWeights(
  rollout: KeptRollout,
  wished: number | null,
  counts: readonly RecentCount[],
): { counted: number | null; desired: number | null } {
  const { state, plan } = rollout
  const clusterId = 'place' in state ? plan.waves[state.place.wave]?.clusterId : undefined
  const here = counts.filter((each) => each.clusterId === clusterId)
  const total = here.reduce((sum, each) => sum + each.n, 0)
  const own = here.filter((each) => each.versionId === plan.to?.id).reduce((sum, each) => sum + each.n, 0)
  return { counted: total > 0 ? Math.round((own / total) * FULL) : null, desired: wished }
}
