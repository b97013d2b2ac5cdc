import type { LaneState, StepState } from './bench'
import { safeEvidence } from './compare'
import type { Lane } from './lane'
import type { SegmentVerdict } from './verdict'

interface Weighing {
  readonly state: LaneState
  readonly step: StepState | null
}

/** Half of a gate's weight is the whole's, half is its segments', equally; fixed by the plan, so that one error level covers them all. */
export function partsOfLanes(lanes: readonly Lane[]): number[] {
  const whole = lanes.filter((lane) => lane.segment === null).length
  const half = whole === lanes.length ? 1 : 0.5
  return lanes.map((lane) => (lane.segment === null ? half / whole : (1 - half) / (lanes.length - whole)))
}

/** Has the rollout so many outcomes of the lane's segment that it may speak for itself? Before, its part of the evidence counts as none at all. */
export function hasEnough({ lane, worse }: LaneState): boolean {
  return lane.segment === null || (worse?.totals.nC ?? 0) >= lane.segment.minRequests
}

/** Has this step so many? Below its minimum a segment is pooled upward: its requests count in the whole, and hold nothing back by themselves. */
export function isJudged({ state, step }: Weighing): boolean {
  return state.lane.segment === null || have(step) >= state.lane.segment.minRequests
}

function have(step: StepState | null): number {
  return step?.safe?.totals.nC ?? 0
}

/** What is said of each segment of a gate, its quantiles together. Nothing where there are none. */
export function segmentVerdicts({ lanes }: { lanes: readonly Weighing[] }, needed: number): { segments?: SegmentVerdict[] } {
  const names = new Map<string, Weighing[]>()
  for (const each of lanes) {
    const { segment } = each.state.lane
    if (segment) names.set(segment.name, [...(names.get(segment.name) ?? []), each])
  }
  if (names.size === 0) return {}
  const segments = [...names].map(([name, own]) => {
    const judged = own.every(isJudged)
    const proven = judged && own.every(({ step }) => step !== null && safeEvidence(step) >= needed)
    return { name, judged, have: have(own[0].step), need: own[0].state.lane.segment?.minRequests ?? 0, proven }
  })
  return { segments }
}
