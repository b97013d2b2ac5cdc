import type { ReactNode } from 'react'
import { RelativeTime } from '@/components/ui/relative-time'
import type { RolloutView } from '@/lib/rollouts/view-schema'

const PEOPLES_HOLDS: Partial<Record<string, string>> = {
  person: 'by a person',
  lowered: 'at 0 % by a person',
  'wave-failed': 'after one cluster failed',
}

/** Holds with their end and owner, approvals, watch, author: quiet lines below the headline. */
export function Facts({ rollout }: { rollout: RolloutView }) {
  const { holds, approvals, watchUntil, phase } = rollout
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {holds.map((hold) => (
        <Fact key={hold.reason} label="Held">
          {PEOPLES_HOLDS[hold.reason] ?? `for ${hold.reason}`}
          {hold.since ? (
            <>
              {' '}
              since <RelativeTime at={hold.since} />
            </>
          ) : null}
          {hold.until ? (
            <>
              , ends <RelativeTime at={hold.until} />
            </>
          ) : null}
        </Fact>
      ))}
      {approvals.needed > 0 ? (
        <Fact label="Approvals">
          {approvals.answers.filter((each) => each.answer === 'yes').length} of {approvals.needed}
          {approvals.answers.length > 0 ? `: ${approvals.answers.map((each) => `${each.name} said ${each.answer}`).join(', ')}` : ''}
        </Fact>
      ) : null}
      {phase === 'promoted' && watchUntil ? (
        <Fact label="Watch">
          gates are still judged as labels come, until <RelativeTime at={watchUntil} />
        </Fact>
      ) : null}
      <Fact label="Launched">
        by {rollout.author} <RelativeTime at={rollout.createdAt} />
      </Fact>
      {rollout.endedAt ? (
        <Fact label="Ended">
          <RelativeTime at={rollout.endedAt} />
        </Fact>
      ) : null}
    </ul>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <li>
      <span className="text-muted">{label}</span> {children}
    </li>
  )
}
