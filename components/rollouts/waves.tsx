import { stepWords } from '@/components/approvals/gate-words'
import { countedWord, TrafficLines } from '@/components/endpoints/traffic-lines'
import { RelativeTime } from '@/components/ui/relative-time'
import { WeightBar } from '@/components/ui/weight-bar'
import { formatCount, formatShare, formatWeight } from '@/lib/format'
import type { Phase } from '@/lib/rollouts/schema'
import type { CountedShare, WaveView } from '@/lib/rollouts/view-schema'
import { waveWord } from './words'

const FULL = 10_000

/** Each cluster of the plan: what was counted beside what is desired. Nothing counted is said as such, never as zero. */
export function Waves({ waves, phase }: { waves: WaveView[]; phase: Phase }) {
  const differ = waves.some((wave) => wave.steps.join() !== waves[0].steps.join())
  return (
    <ul aria-label="Clusters" className="grid gap-3">
      {waves.map((wave) => (
        <li key={wave.clusterId} className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(9rem,14rem)_minmax(0,1fr)]">
          <span className="min-w-0">
            <span className="font-medium">{wave.cluster}</span> <span className="text-muted text-sm">{wave.location}</span>
            <span className="block text-muted text-sm">
              {waves.length > 1 ? `wave ${wave.wave}: ` : ''}
              {waveWord(wave.state, phase)}
            </span>
            {differ ? <span className="block text-muted text-sm tabular-nums">goes {stepWords(wave.steps)}</span> : null}
          </span>
          <Numbers wave={wave} phase={phase} />
        </li>
      ))}
    </ul>
  )
}

function Numbers({ wave, phase }: { wave: WaveView; phase: Phase }) {
  if (wave.state === 'waits')
    return <span className="text-muted text-sm">{phase === 'cancelled' ? 'no traffic went to next' : 'no traffic to next yet'}</span>
  const counted = wave.counted ? Math.round(wave.counted.share * FULL) : null
  return (
    <span className="grid min-w-0 gap-0.5">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <WeightBar bare counted={counted} desired={wave.desired} className="[&>span]:h-3 [&>span]:w-40" />
        <span className="text-sm">
          <strong className="font-semibold text-lg tabular-nums">{countedWord(wave.counted, wave.unverified)}</strong>
          {wave.counted ? ' counted' : ''}
        </span>
        <span className="text-sm tabular-nums">{formatWeight(wave.desired)} desired</span>
        {wave.acknowledged !== null && wave.acknowledged !== wave.desired ? (
          <span className="text-sm text-warn tabular-nums">{formatWeight(wave.acknowledged)} acknowledged</span>
        ) : null}
      </span>
      <TrafficLines lines={wave.traffic} />
      <span className="text-muted text-sm">
        {wave.counted ? `${band(wave.counted)} · ` : ''}
        {wave.ready} of {wave.wanted} {wave.wanted === 1 ? 'replica' : 'replicas'} ready
        {wave.seenAt ? (
          <>
            {' · '}
            seen <RelativeTime at={wave.seenAt} />
          </>
        ) : (
          ' · never seen'
        )}
      </span>
      {wave.unready.map((reason) => (
        <span key={reason} className="break-words text-sm text-warn">
          {reason}
        </span>
      ))}
    </span>
  )
}

function band(counted: CountedShare): string {
  return `${formatShare(counted.low, 1)} to ${formatShare(counted.high, 1)}, n ${formatCount(counted.n)}`
}
