import type { ChartSeries, Tone } from '@/components/charts/spec'
import type { ArmSeries } from '@/lib/monitoring/schema'

/** Lines a chart can hold and still be read. */
export const ARMS_SHOWN = 4

const WORDS: Record<ArmSeries['role'], string> = {
  live: 'live',
  candidate: 'next',
  shadow: 'shadow',
  fallback: 'fallback',
  pinned: 'preview',
}
const TONES: Record<ArmSeries['role'], Tone> = {
  live: 'stable',
  candidate: 'candidate',
  shadow: 'shadow',
  fallback: 'neutral',
  pinned: 'shadow',
}

/** "live v3"; "v2, was live" for what serves in this role no longer. */
export function armName(arm: Pick<ArmSeries, 'role' | 'number' | 'current'>): string {
  return isPast(arm) ? `v${arm.number}, was ${WORDS[arm.role]}` : `${WORDS[arm.role]} v${arm.number}`
}

function isPast(arm: Pick<ArmSeries, 'role' | 'current'>): boolean {
  return !arm.current && (arm.role === 'live' || arm.role === 'candidate')
}

export function armKey(arm: Pick<ArmSeries, 'role' | 'versionId'>): string {
  return `${arm.versionId}/${arm.role}`
}

/** How an arm is drawn: the present live version solid blue, the next solid orange, earlier ones dashed in the same colour. */
export function armLine(arm: ArmSeries): Pick<ChartSeries, 'key' | 'label' | 'tone' | 'shape' | 'dashed'> {
  return {
    key: armKey(arm),
    label: isPast(arm) ? `v${arm.number}` : armName(arm),
    tone: TONES[arm.role],
    shape: 'line',
    ...(arm.current ? {} : { dashed: true }),
  }
}

/** The arms that charts begin with: present ones first, then by requests; never previews and fallbacks. */
export function shownAtFirst(arms: ArmSeries[]): string[] {
  return arms
    .filter((arm) => arm.role === 'live' || arm.role === 'candidate')
    .sort((a, b) => Number(b.current) - Number(a.current) || (b.total?.n ?? 0) - (a.total?.n ?? 0))
    .slice(0, ARMS_SHOWN)
    .map(armKey)
}
