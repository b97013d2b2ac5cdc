import type { ReturnTimes as Times } from '@/lib/rollouts/ledger'
import { secondsWord } from '@/lib/rollouts/return-times/words'

/** One line of five times: how the traffic left, counted from the first bad slot. */
export function ReturnTimes({ times }: { times: Times | null }) {
  if (!times) return null
  const since = times.firstBad ?? times.decided
  const after = (at: number | null) => (at === null ? 'not seen' : `+${secondsWord(at - since)}`)
  const parts = [
    ['first bad slot', times.firstBad === null ? 'none' : '0 s'],
    ['decided', after(times.decided)],
    ['wish stored', after(times.wished)],
    ['clusters acknowledged', after(times.written)],
    ['under 1 % counted', times.counted === null ? 'not within 10 min' : after(times.counted)],
  ]
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <span className="text-muted">How it left:</span>
      {parts.map(([what, text]) => (
        <span key={what}>
          <span className="text-muted">{what}</span> <span className="tabular-nums">{text}</span>
        </span>
      ))}
    </p>
  )
}
