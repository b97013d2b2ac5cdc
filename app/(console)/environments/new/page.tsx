import type { Metadata } from 'next'
import { EnvironmentForm } from '@/components/environments/environment-form'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listClusters } from '@/lib/clusters/queries'
import { listEnvironments } from '@/lib/environments/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Create an environment' }

/** Creates an environment. */
export default async function NewEnvironment() {
  const actor = await sessionActor()
  const [{ clusters }, { may }] = await Promise.all([listClusters(actor), listEnvironments(actor)])
  return (
    <>
      <PageHeader
        title="Create an environment"
        lead="A named target: one or more clusters, in waves, and the policy that launches there follow."
      />
      {may.manage ? (
        <EnvironmentForm clusters={clusters.map(({ name, location }) => ({ name, location }))} />
      ) : (
        <Banner tone="info">Admins of the installation create environments.</Banner>
      )}
    </>
  )
}
