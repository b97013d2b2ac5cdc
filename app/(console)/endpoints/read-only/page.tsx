import type { Metadata } from 'next'
import Link from 'next/link'
import { AnswerTakeover } from '@/components/endpoints/takeover/answer'
import { ConfirmAll } from '@/components/endpoints/takeover/confirm-all'
import { takeoverSentence } from '@/components/endpoints/takeover/words'
import { LiveRefresh } from '@/components/shell/live'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { sessionActor } from '@/lib/auth/session'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Read-only endpoints' }

/** Endpoints that the engine does not write to, each with its answer. */
export default async function ReadOnlyEndpoints() {
  const takeovers = await listTakeovers(await sessionActor())
  const waiting = takeovers.filter((takeover) => takeover.kind === 'older-database' && takeover.may).map((takeover) => takeover.endpointId)
  return (
    <>
      <LiveRefresh keys={['endpoint']} />
      <PageHeader
        title="Read-only endpoints"
        lead="Somebody else changed what these clusters route by, or the database is older than they are. Nothing is written until somebody answers."
        actions={waiting.length > 1 ? <ConfirmAll endpointIds={waiting} /> : null}
      />
      <Card>
        {takeovers.length === 0 ? <EmptyState title="Slipway writes to every endpoint" /> : null}
        <ul className="divide-y">
          {takeovers.map((takeover) => (
            <li key={takeover.endpointId} className="grid gap-2 p-4">
              <Link href={`/endpoints/${takeover.endpointId}`} className="font-medium hover:underline">
                {takeover.model} in {takeover.environment}
              </Link>
              <p>
                {takeoverSentence(takeover)} <RelativeTime at={takeover.at} />
              </p>
              <AnswerTakeover takeover={takeover} />
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
