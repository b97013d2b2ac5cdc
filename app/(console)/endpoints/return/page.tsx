import type { Metadata } from 'next'
import Link from 'next/link'
import { AskReturns } from '@/components/returns/ask'
import { ChooseReturns } from '@/components/returns/choose'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { environmentChoices } from '@/lib/environments/queries'
import { previewReturns } from '@/lib/returns/queries'
import { asked } from '@/lib/returns/schema'
import { flat, type Search } from '@/lib/top-line/line'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Return several endpoints' }

/** Several endpoints back at once: to the version before, or to what was live at a time. */
export default async function ReturnSeveral({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { q = '', environment = '', at: written = '' } = flat(await searchParams)
  const { at, wrong } = asked(written)
  const [rows, environments] = await Promise.all([previewReturns(actor, { q, environment, at: at ?? '' }), environmentChoices(actor)])
  return (
    <>
      <PageHeader
        title="Return several endpoints"
        lead={
          at
            ? `To the versions that were live at ${at.slice(0, 16).replace('T', ' ')} UTC.`
            : 'Each to the version before; where a rollout is under way, it is stopped.'
        }
      />
      <Card>
        <AskReturns q={q} environment={environment} at={written} wrong={wrong} environments={environments} />
        {rows.length > 0 ? (
          <ChooseReturns key={`${q}/${environment}/${at}`} rows={rows} at={at} />
        ) : (
          <EmptyState
            title="No endpoint matches"
            action={
              <Button asChild>
                <Link href="/endpoints/return">Clear the filters</Link>
              </Button>
            }
          />
        )}
      </Card>
    </>
  )
}
