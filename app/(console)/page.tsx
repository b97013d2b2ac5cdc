import Link from 'next/link'
import { EndpointTable } from '@/components/endpoints/endpoint-table'
import { Changes } from '@/components/overview/changes'
import { Example } from '@/components/overview/example'
import { NeedsYou } from '@/components/overview/needs-you'
import { houseSentence, worstFirst } from '@/components/overview/sentence'
import { RolloutTable } from '@/components/rollouts/rollout-table'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { KeptLink } from '@/components/top-line/kept'
import { WrongLine } from '@/components/top-line/wrong-line'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { listWaiting } from '@/lib/approvals/queries'
import { listAudit } from '@/lib/audit/queries'
import { sessionActor } from '@/lib/auth/session'
import { listEndpoints } from '@/lib/endpoints/queries'
import { listMisplaced } from '@/lib/environments/data-class/queries'
import { listMyProposals } from '@/lib/environments/proposals/queries'
import { exampleState } from '@/lib/example/queries'
import { listRollouts } from '@/lib/rollouts/queries'
import { lineWords, type Search } from '@/lib/top-line/line'
import { readTopLine, spanAsked } from '@/lib/top-line/schema'

export const dynamic = 'force-dynamic'

/** Unless the address asks for another time. */
const CHANGES_OF = '3h'
const CHANGES_SHOWN = 12
const ENDPOINTS_READ = 100
const ENDPOINTS_SHOWN = 12

/** The first page: one sentence for the house, what needs this person, what goes on. */
export default async function Overview({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { line, wrong } = readTopLine(await searchParams)
  const { environment } = line
  const [live, waiting, policies, misplaced, endpoints, changes, example] = await Promise.all([
    listRollouts(actor, { state: 'live', environment }),
    listWaiting(actor),
    listMyProposals(actor),
    listMisplaced(actor, { environment }),
    listEndpoints(actor, { limit: ENDPOINTS_READ, environment }),
    listAudit(actor, { environment, ...spanAsked(line, new Date(), CHANGES_OF) }),
    exampleState(actor),
  ])
  const mine = waiting.filter((row) => row.mine)
  const sentence = houseSentence({
    endpoints: endpoints.items,
    more: endpoints.next !== null,
    live: live.items,
    waiting: mine.length + policies.length,
    environment,
  })
  return (
    <>
      <LiveRefresh keys={['rollouts', 'rollout', 'endpoint', 'approvals']} />
      <RefreshEvery seconds={5} />
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid gap-1">
          <h1 className="text-muted text-sm">Overview</h1>
          <p className="max-w-[60ch] text-pretty text-2xl" data-testid="house">
            {sentence}
          </p>
        </div>
        <Button asChild variant="primary">
          <Link href="/rollouts/new">Launch a version</Link>
        </Button>
      </header>
      <WrongLine wrong={wrong} />
      {example ? <Example state={example} /> : null}
      <Card title="Needs you">
        <NeedsYou
          approvals={mine}
          policies={policies}
          misplaced={misplaced}
          misrouted={endpoints.items.filter((row) => row.health === 'misrouted')}
          holds={live.items.filter((row) => row.phase === 'holding' && row.next !== null)}
        />
      </Card>
      <Card title="Rollouts under way">
        {live.items.length > 0 ? <RolloutTable rows={live.items} label="Rollouts under way" /> : <p className="p-4 text-muted">None.</p>}
      </Card>
      <Card
        title="Endpoints, worst first"
        action={
          <KeptLink href="/endpoints" className="text-link underline underline-offset-3 hover:no-underline">
            All endpoints
          </KeptLink>
        }
      >
        {endpoints.items.length > 0 ? (
          <EndpointTable rows={worstFirst(endpoints.items).slice(0, ENDPOINTS_SHOWN)} label="Endpoints, worst first" />
        ) : (
          <EmptyState
            title="Nothing is served yet"
            action={
              <Button asChild>
                <Link href="/rollouts/new">Launch a first version</Link>
              </Button>
            }
          />
        )}
      </Card>
      <Card
        title={`Changes: ${lineWords(line, CHANGES_OF)}`}
        action={
          <KeptLink href="/audit" className="text-link underline underline-offset-3 hover:no-underline">
            Audit
          </KeptLink>
        }
      >
        <Changes
          rows={changes.rows.filter((row) => !row.verb.startsWith('member.sign') && row.verb !== 'member.act-as').slice(0, CHANGES_SHOWN)}
        />
      </Card>
    </>
  )
}
