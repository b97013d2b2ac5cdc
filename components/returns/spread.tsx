import Link from 'next/link'
import { Card, CardBody } from '@/components/ui/card'
import type { ReturnSpread, Spread } from '@/lib/rollouts/return-times/schema'
import { secondsWord } from '@/lib/rollouts/return-times/words'

/** How long returns took, over all of them. */
export function ReturnTimesCard({ spread }: { spread: ReturnSpread }) {
  const { total, decide, act, uncounted, newest } = spread
  if (newest.length === 0) return null
  return (
    <Card
      title="How long returns took"
      note="From the first bad slot (from the decision, where none is known) until less than 1 % of traffic was counted on the version that was bad."
    >
      <CardBody className="grid gap-3">
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          <Part label="First bad slot to counted" spread={total} />
          <Part label="of it: to the decision" spread={decide} />
          <Part label="of it: decision to counted" spread={act} />
        </dl>
        {uncounted > 0 ? <p className="text-warn text-sm">{uncounted} not counted within 10 min</p> : null}
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {newest.map((each) => (
            <li key={each.rolloutId}>
              <Link href={`/rollouts/${each.rolloutId}`} className="text-link underline underline-offset-3 hover:no-underline">
                {each.model} in {each.environment}
              </Link>{' '}
              <span className="tabular-nums">{each.lasted === null ? 'not counted' : secondsWord(each.lasted)}</span>
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}

function Part({ label, spread: { n, p50, p95 } }: { label: string; spread: Spread }) {
  const word = (ms: number | null) => (ms === null ? 'no data' : secondsWord(ms))
  return (
    <div>
      <dt className="text-muted text-sm">{label}</dt>
      <dd className="tabular-nums">
        p50 {word(p50)}, p95 {word(p95)} <span className="text-muted">(n = {n})</span>
      </dd>
    </div>
  )
}
