import type { TrafficLine } from '@/lib/endpoints/counted/words'
import type { Gate, HoldReason, Pace, Phase, Strategy } from './schema'

// What queries.ts gives to pages, REST and charts. Times are ISO texts in UTC; weights basis points; nothing here is a Prisma type.

/** What a gate says. */
export type GateVerdict = 'pass' | 'fail' | 'undecided' | 'maturing' | 'no-data' | 'invalid'

/** A version as a rollout shows it; null stands for "no version". */
export interface VersionView {
  id: string
  number: number
  digest: string
}

/**
 * One row of the list: name, where, state, weight bar, health, age, next action. `unreadable`: why its plan cannot be read; then versions, holds, weights and
 * what comes next are not known, and left empty.
 */
export interface RolloutRow {
  unreadable: string | null
  id: string
  endpointId: string
  model: string
  environment: string
  strategy: Strategy
  from: number | null
  to: number | null
  phase: Phase
  holds: HoldReason[]
  headline: string
  /** Candidate's share as counted over the last minute; null: nothing was counted. */
  counted: number | null
  /** null: what is wished cannot be read. */
  desired: number | null
  /** The worst verdict now; null where nothing is judged. */
  health: GateVerdict | null
  author: string
  createdAt: string
  endedAt: string | null
  /** What waits for a person: "approve", "resume or return"; null when nothing does. */
  next: string | null
}

/** A share with its interval, from windows: 0..1. */
export interface CountedShare {
  share: number
  low: number
  high: number
  n: number
}

/** A cluster of the plan, in the order of waves. */
export interface WaveView {
  clusterId: string
  cluster: string
  location: string
  wave: number
  /** `waits`: an approval or an earlier wave comes first, or it never began; `soaks`: it proves itself at 100 % first; `lowered`: a person took next back to 0 %; `lost`: cannot be reached. */
  state: 'waits' | 'starting' | 'at-step' | 'soaks' | 'lowered' | 'done' | 'returning' | 'returned' | 'lost'
  /** Index into its steps; null before the first. */
  step: number | null
  /** The steps that it goes by: its own, or the plan's. */
  steps: number[]
  desired: number
  acknowledged: number | null
  counted: CountedShare | null
  /** What each witness counted of the candidate, against its weight; then what cannot be said, and why. */
  traffic: TrafficLine[]
  /** Nobody can say what goes where. */
  unverified: boolean
  ready: number
  wanted: number
  /** Why replicas of the candidate are not ready, as the cluster last said; each once. */
  unready: string[]
  seenAt: string | null
  /** Address of the endpoint on this cluster, for a pinned request. */
  address: string | null
}

/** What a gate says now, with the numbers behind it. Ratio: next against live. */
export interface GateView {
  metric: Gate['metric']
  verdict: GateVerdict
  /** One sentence with both limits, never "safe" alone. */
  sentence: string
  estimate: number | null
  low: number | null
  high: number | null
  tolerated: number | null
  limit: number | null
  /** Odds, method and counts, shown only on demand. */
  explain: { label: string; value: string }[]
  /** Judged and shown, never acted on. */
  dryRun: boolean
  /** What it does without data; `passes`: it passes, which is shown in red. */
  noData: { says: string; passes: boolean }
}

/** The three ticks of the last wish: wished (stored), written (the cluster routes by it), counted (a flush after it). */
export interface TicksView {
  generation: number
  wishedAt: string | null
  writtenAt: string | null
  countedAt: string | null
}

/** A verb that this actor may press or not; `why` says who may, or why not now. */
export interface VerbView {
  allowed: boolean
  why: string | null
}

/** What a rollout that waits offers: a verb, and what follows in words and numbers. */
export interface OptionView extends VerbView {
  verb: 'resume' | 'extend' | 'raise' | 'lower' | 'mirror' | 'unmirror' | 'return'
  label: string
  says: string
}

export type ControlVerb =
  | 'pause'
  | 'resume'
  | 'extend'
  | 'raise'
  | 'lower'
  | 'mirror'
  | 'unmirror'
  | 'promote'
  | 'return'
  | 'cancel'
  | 'keep'
  | 'restore'

/** Copies that next gets beside its own requests, as counted in the last minutes. */
export interface MirrorView {
  /** Of the live requests, in basis points; null: no more are sent. */
  share: number | null
  minutes: number
  n: number
  bad: number
  /** Copies that found no place. */
  dropped: number
  /** ms; null: none was answered. */
  p95: number | null
}

/** Why it is held: who is asked to act, and until when it waits (null: until somebody does). */
export interface HoldView {
  reason: HoldReason
  owner: 'engineer' | 'approver' | 'sre'
  since: string
  until: string | null
  text: string
}

/** The page of a rollout, first screenful. Charts come by RolloutSeries. */
export interface RolloutView {
  id: string
  revision: number
  planHash: string
  strategy: Strategy
  phase: Phase
  headline: string
  /** What blocks it, since when, the number it needs, who can do what; `sentence` says all four. */
  standing: { blocks: string; since: string; needs: string; who: string; copies: string | null; sentence: string }
  model: string
  environment: string
  endpointId: string
  from: VersionView | null
  to: VersionView | null
  sameArtifact: boolean
  author: string
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  /** Until when it is watched after its promotion; null: it is not, or no more. */
  watchUntil: string | null
  /** Of every wave that has none of its own. */
  steps: number[]
  pace: Pace
  /** What the plan judges by. */
  planGates: { gates: Gate[]; alpha: number }
  waves: WaveView[]
  holds: HoldView[]
  gates: GateView[]
  ticks: TicksView | null
  approvals: { needed: number; answers: { name: string; answer: string; reason: string; at: string }[] }
  /** null: nothing is copied, and nothing was in the last minutes. */
  mirror: MirrorView | null
  verbs: Record<ControlVerb, VerbView>
  /** Empty unless it waits for a person. */
  options: OptionView[]
  /** Last beat of any engine; null: none was ever seen. */
  engineSeenAt: string | null
  /** The example workspace offers to run it again. */
  rerun: boolean
  /** Postgres time of this answer. */
  now: string
}

/** One line of the timeline, newest first: when, who or what, what happened, because. */
export interface TimelineLine {
  seq: number
  at: string
  who: string
  what: string
  because: string | null
  /** It only judged, and waits for more evidence: runs of these are folded. */
  waits: boolean
  /** Method names, odds and numbers, shown only on demand. */
  explain: { label: string; value: string }[]
}

/** An estimate with its anytime-valid range at one time; null is a gap, never zero. */
interface BandPoint {
  at: number
  estimate: number | null
  low: number | null
  high: number | null
}

/** One gate over time, for one cluster (stratum) or all. Lines may step with the position. */
export interface EvidenceSeries {
  metric: Gate['metric']
  /** "errors, on-prem" */
  label: string
  points: BandPoint[]
  lines: { at: number; tolerated: number | null; limit: number | null }[]
}

/** One slot (or wider, as the range asks) of one arm. Latencies in ms; null where nothing was counted. */
export interface ArmPoint {
  at: number
  n: number | null
  bad: number | null
  p50: number | null
  p95: number | null
  p99: number | null
}

/** Shares 0..1 of one time; null: nothing was desired yet, nothing was counted. */
export interface TrafficShare {
  at: number
  desired: number | null
  counted: number | null
  low: number | null
  high: number | null
}

/** The charts of a rollout. `at` in ms since epoch. */
export interface RolloutSeries {
  from: number
  to: number
  /** Width of a step of traffic and arms, ms: what counts are per. */
  stepMs: number
  /** Candidate's share per cluster, in the order of waves: desired as a step line, counted with its interval (0..1). */
  traffic: { cluster: string; points: TrafficShare[] }[]
  evidence: EvidenceSeries[]
  live: ArmPoint[]
  next: ArmPoint[]
  marks: { at: number; text: string }[]
}

interface StepOutlook {
  weight: number
  /** Minutes until the gates can decide at today's traffic and labels; null: this step cannot decide. */
  minutes: number | null
  why: string | null
}

/** What a launch would do, before it is done. */
export interface LaunchPreview {
  strategy: Strategy
  from: number | null
  to: number
  /** Of the first cluster. */
  steps: StepOutlook[]
  /** Each later cluster with other steps, at its own traffic. */
  others: { cluster: string; steps: StepOutlook[] }[]
  approvalsNeeded: number
  /** Seconds until the candidate has no traffic after a fail, as bounded by the loop. */
  returnSeconds: number
  /** What the engine would change per cluster, and what the cluster would refuse; null: the engine did not answer. */
  changes: { cluster: string; lines: string[]; refusals: string[] }[] | null
  /** Gates that pass without data, one sentence each: shown in red. */
  unjudged: string[]
  /** Sentences to read before launching: A/A, thin traffic, missing labels. */
  notes: string[]
}
