import type { Metadata } from 'next'
import Link from 'next/link'
import { LaunchForm } from '@/components/rollouts/launch-form'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { launchChoices } from '@/lib/launch/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Launch a version' }

type Search = Promise<{ model?: string; version?: string; environment?: string }>

/** The launch form. */
export default async function NewRollout({ searchParams }: { searchParams: Search }) {
  const choices = await launchChoices(await sessionActor())
  const { model, version, environment } = await searchParams
  return (
    <>
      <PageHeader title="Launch a version" lead="Pick what, where and how. Traffic moves only after what you see on the right." />
      {choices.models.length === 0 ? (
        <EmptyState
          title="No model is registered"
          action={
            <Button asChild variant="primary">
              <Link href="/models?create=yes">Create a model</Link>
            </Button>
          }
        >
          A rollout needs a version that has passed its check run.
        </EmptyState>
      ) : null}
      {choices.models.length > 0 && choices.environments.length === 0 ? (
        <EmptyState
          title="No environment is defined"
          action={
            <Button asChild variant="primary">
              <Link href="/environments/new">Define an environment</Link>
            </Button>
          }
        >
          An environment says on which clusters a version runs, and who must approve.
        </EmptyState>
      ) : null}
      {choices.models.length > 0 && choices.environments.length > 0 ? (
        <LaunchForm choices={choices} initial={{ model, version, environment }} />
      ) : null}
    </>
  )
}
