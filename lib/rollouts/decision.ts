import { mixedGt } from '@/lib/analysis/restarts'
import { lanesAt } from './bench'
import type { Bench, JudgePoint } from './judge'
import type { NoData } from './schema'
import { returnsAlone } from './steps'
import type { Compared, Decision, GateVerdict, Metric, VerdictReason } from './verdict'
import { NO_DATA } from './words'

/** What is decided from. */
interface Deciding {
  readonly point: JudgePoint
  /** The candidate has all traffic: nothing to compare with side by side. */
  readonly alone: boolean
  readonly missing: 'no-reference' | 'no-traffic' | 'incomplete' | null
  /** The candidate got another share of requests than configured. */
  readonly offs: { readonly requests: boolean }
  /** Enough evidence to return, which gate is blamed, and on which wave. */
  readonly failed: { readonly blamed: Metric | null; readonly compared: Compared; readonly wave: number } | null
  readonly gates: readonly GateVerdict[]
  readonly dwellSeconds: number
  readonly requests: number
  /** Candidate's basis points at this place. */
  readonly weight: number
}

/** Only this acts. A return comes first: whatever else is missing, going back is the careful side. */
export function decisionOf(bench: Bench, on: Deciding): Decision {
  const { point, alone, missing, offs, failed, gates } = on
  if (failed?.blamed) return returning(bench, failed.wave, { blamed: failed.blamed, compared: failed.compared })
  if (point.acknowledgedAt === null) return { action: 'wait', waitingFor: 'acknowledgement' }
  if (on.weight === 0) return { action: 'wait', waitingFor: 'person' }
  const silent = silentGate(bench, on)
  if (silent?.policy === 'fail') return returning(bench, point.place.wave, { ...silent.by, noData: true })
  const reasons: ('no-data' | 'invalid')[] = []
  if (silent ? silent.policy === 'hold' : missing !== null && !passesWithout(gates)) reasons.push('no-data')
  const labelled = gates.some((gate) => gate.verdict === 'invalid' && gate.gating)
  if (!alone && (offs.requests || labelled)) reasons.push('invalid')
  if (reasons.length > 0) return { action: 'hold', reasons }
  if (silent?.policy === 'extend') return { action: 'extend', blamed: silent.by.blamed }
  return tooEarly(bench, on) ?? forward(bench, on)
}

function returning(bench: Bench, wave: number, because: { blamed: Metric; compared: Compared; noData?: true }): Decision {
  if (stableBad(bench, wave)) return { action: 'hold', reasons: ['stable-bad'] }
  return { action: 'return', ...because, ...(returnsAlone(bench.plan) ? { wave } : {}) }
}

/** Too few requests, too short a time? Where nothing is counted, and every gate may pass so, the clock alone says. */
function tooEarly({ plan: { pace } }: Bench, { missing, point, requests, dwellSeconds }: Deciding): Decision | null {
  const seconds = missing ? (point.now - (point.acknowledgedAt ?? point.now)) / 1_000 : dwellSeconds
  if (!missing && requests < Math.max(1, pace.minRequests)) return { action: 'wait', waitingFor: 'requests' }
  return seconds < pace.minDwell ? { action: 'wait', waitingFor: 'dwell' } : null
}

function forward(bench: Bench, on: Deciding): Decision {
  const gating = on.gates.filter((gate) => gate.gating)
  if (gating.length === 0) return { action: 'advance', why: 'no-gates' }
  const excused = gating.filter((gate) => gate.noData === 'pass' && isSilent(bench, on, gate))
  // With one arm empty there is nothing to prove side by side: the time without a fail decides.
  if (on.alone) return { action: 'advance', why: excused.length > 0 ? 'without-data' : 'dwelt' }
  const open = gating.filter((gate) => gate.verdict !== 'pass' && !excused.includes(gate))
  if (open.length === 0) return { action: 'advance', why: excused.length > 0 ? 'without-data' : 'proven' }
  return { action: 'wait', waitingFor: open.every((gate) => comesLate(bench, gate)) ? 'labels' : 'evidence' }
}

const SILENT: readonly VerdictReason[] = ['no-reference', 'no-traffic', 'incomplete', 'labels-to-come']

/**
 * Has this gate had no data for so long that its plan's word on that counts? Traffic: for `noDataAfter`. Labels come late by nature: not one of this step's
 * within its longest dwell.
 */
function isSilent(bench: Bench, { point, missing }: Deciding, gate: GateVerdict): boolean {
  if (!gate.gating || !SILENT.includes(gate.reason)) return false
  if (!comesLate(bench, gate)) return missing !== null
  if (gate.maturity && gate.maturity.labels > 0) return false
  return point.acknowledgedAt !== null && point.now - point.acknowledgedAt >= bench.plan.pace.maxDwell * 1_000
}

function comesLate(bench: Bench, { metric }: GateVerdict): boolean {
  return lanesAt(bench, 0).some(({ lane }) => lane.gate.metric === metric && lane.source !== 'traffic')
}

interface Silent {
  readonly policy: NoData
  readonly by: { readonly blamed: Metric; readonly compared: Compared }
}

/** The strictest word on missing data, of the gates that have none. A gate on labels that holds is left to the dwell, which holds by itself. */
function silentGate(bench: Bench, on: Deciding): Silent | null {
  const words = on.gates
    .filter((gate) => isSilent(bench, on, gate))
    .map((gate) => ({ policy: gate.noData ?? 'hold', by: { blamed: gate.metric, compared: gate.compared }, late: comesLate(bench, gate) }))
    .filter(({ policy, late }) => !late || policy !== 'hold')
  return words.sort((a, b) => NO_DATA.indexOf(a.policy) - NO_DATA.indexOf(b.policy))[0] ?? null
}

/** No gate rests on traffic: that there is none holds, unless every one may pass without data. */
function passesWithout(gates: readonly GateVerdict[]): boolean {
  const gating = gates.filter((gate) => gate.gating)
  return gating.length > 0 && gating.every((gate) => gate.noData === 'pass')
}

/** The waves on which stable fails its own objective. Where all are judged together: the first stands for them. */
export function stableBadWaves(bench: Bench): number[] {
  return bench.waves.flatMap((_, wave) => (stableBad(bench, wave) ? [wave] : []))
}

/** Stable fails its own objective on this wave: to return would swap one fault for another. */
export function stableBad(bench: Bench, wave: number): boolean {
  const bar = Math.log(1 / bench.plan.alpha)
  return lanesAt(bench, wave).some(({ lane, stable }) => !lane.gate.dryRun && stable !== null && mixedGt(stable, 1) >= bar)
}
