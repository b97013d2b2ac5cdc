import type { Metadata } from 'next'
import Link from 'next/link'
import { ListCard } from '@/components/lists/list-card'
import { ReturnTimesCard } from '@/components/returns/spread'
import { RolloutTable } from '@/components/rollouts/rollout-table'
import { LiveRefresh } from '@/components/shell/live'
import { WrongLine } from '@/components/top-line/wrong-line'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { ListRollouts, listRollouts } from '@/lib/rollouts/queries'
import { getReturnSpread } from '@/lib/rollouts/return-times/queries'
import { flat, type Search } from '@/lib/top-line/line'
import { readTopLine, spanAsked } from '@/lib/top-line/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Rollouts' }

/** All rollouts that went on in the time, newest first. */
export default async function Rollouts({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const search = await searchParams
  const { q, after, ...asked } = flat(search)
  // A link with a state that is not there shows all: the choice beside the list says so.
  const state = ListRollouts.shape.state.catch('').parse(asked.state)
  const { line, wrong } = readTopLine(search)
  const { environment } = line
  const page = await listRollouts(actor, { q, state, after, environment, ...spanAsked(line, new Date()) })
  const launch = (
    <Button asChild variant="primary">
      <Link href="/rollouts/new">Launch a version</Link>
    </Button>
  )
  return (
    <>
      <LiveRefresh keys={['rollouts', 'rollout']} />
      <PageHeader title="Rollouts" actions={launch} />
      <WrongLine wrong={wrong} />
      <ListCard
        path="/rollouts"
        noun="rollout"
        search={{ q, state, after, ...line }}
        filtered={Boolean(q || state || environment || line.range || line.from || line.to)}
        placeholder="Model or environment"
        controls={
          <Select name="state" aria-label="State" defaultValue={state} className="w-44 max-sm:w-full">
            <option value="">all states</option>
            <option value="live">under way</option>
            <option value="waiting">waits for approval</option>
            <option value="ended">ended</option>
          </Select>
        }
        shown={page.items.length}
        next={page.next}
        empty={{ title: 'No rollout yet', action: launch }}
      >
        <RolloutTable rows={page.items} label="Rollouts" />
      </ListCard>
      <ReturnTimesCard spread={await getReturnSpread(actor)} />
    </>
  )
}
