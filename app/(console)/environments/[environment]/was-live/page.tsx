import type { Metadata } from 'next'
import { WasLiveForm } from '@/components/rollouts/was-live-form'
import { WasLiveTable } from '@/components/rollouts/was-live-table'
import { Crumb } from '@/components/shell/crumbs'
import { Banner } from '@/components/ui/banner'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getEnvironment } from '@/lib/environments/queries'
import { Problem } from '@/lib/errors'
import { found } from '@/lib/pages'
import { getWasLive } from '@/lib/rollouts/was-live/queries'
import type { WasLive } from '@/lib/rollouts/was-live/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'What was live' }

interface Props {
  params: Promise<{ environment: string }>
  searchParams: Promise<{ at?: string | string[] }>
}

/** What was live in an environment at a moment, and who decided. The moment stands in the address. */
export default async function WasLivePage({ params, searchParams }: Props) {
  const actor = await sessionActor()
  const environment = await found(getEnvironment(actor, (await params).environment))
  const { at } = await searchParams
  const asked = (Array.isArray(at) ? at[0] : at) ?? ''
  const answer = await ask(() => getWasLive(actor, environment.slug, { at: asked }))
  return (
    <>
      <Crumb label="What was live" />
      <PageHeader
        title={`What was live in ${environment.name}`}
        lead="By the record of rollouts: the version, since when, and who decided."
      />
      <WasLiveForm key={asked} environment={environment.slug} asked={asked} shown={answer.ok ? answer.value.at : null} />
      {answer.ok ? (
        <Card>
          {answer.value.rows.length > 0 ? (
            <WasLiveTable rows={answer.value.rows} />
          ) : (
            <EmptyState title="Nothing was served here then">
              No model that you may see had an endpoint in this environment at that time.
            </EmptyState>
          )}
        </Card>
      ) : (
        <Banner>{answer.message}</Banner>
      )}
    </>
  )
}

async function ask(read: () => Promise<WasLive>): Promise<{ ok: true; value: WasLive } | { ok: false; message: string }> {
  try {
    return { ok: true, value: await read() }
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid') return { ok: false, message: error.message }
    throw error
  }
}
