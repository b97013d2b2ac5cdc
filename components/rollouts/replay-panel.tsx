import { useQuery } from '@tanstack/react-query'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Digest } from '@/components/ui/digest'
import { Skeleton } from '@/components/ui/skeleton'
import { capital } from '@/lib/format'
import { replayOptions } from '@/lib/rollouts/replay/client'
import type { ReplayView } from '@/lib/rollouts/replay/schema'

/** Judges every verdict of the rollout again from what is stored, and checks that nothing of its ledger was changed. */
export function ReplayPanel({ rolloutId }: { rolloutId: string }) {
  const { data, error, isFetching, refetch } = useQuery(replayOptions(rolloutId, true))
  if (error) return <Banner>{error.message}</Banner>
  if (!data) return <Skeleton className="h-12" />
  return (
    <>
      <p role="status">
        {data.equal ? 'Every verdict comes out again from what is stored' : 'Not every verdict comes out again from what is stored'}:{' '}
        {data.verdicts}. <span data-testid="ledger">{capital(data.ledger)}</span>
        {data.head ? (
          <>
            , head <Digest value={data.head} what="head of the ledger's chain" />
          </>
        ) : null}
        .
      </p>
      <Findings view={data} />
      <Button size="sm" className="justify-self-start" pending={isFetching} onClick={() => void refetch()}>
        Replay again
      </Button>
    </>
  )
}

function Findings({ view }: { view: ReplayView }) {
  const found = [
    ...view.faults.map(({ says }) => says),
    ...(view.broken === null ? [] : [view.broken]),
    ...view.differences.map(
      ({ seq, slot, path, stored, again }) =>
        `Row ${seq}, ${slot ? `slot ${slot.slice(0, 19).replace('T', ' ')} UTC` : 'before the first slot'}: ${path} was ${stored}, is ${again}.`,
    ),
  ]
  if (found.length === 0) return null
  return (
    <ul className="grid gap-1 rounded-md bg-sunken p-2 text-sm">
      {found.map((text) => (
        <li key={text} className="break-words">
          {text}
        </li>
      ))}
    </ul>
  )
}
