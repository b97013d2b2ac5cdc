import type { Metadata } from 'next'
import { PolicyForm } from '@/components/environments/policy-form'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getEnvironment } from '@/lib/environments/queries'
import { found } from '@/lib/pages'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Policy' }

/** Edits an environment's policy: a new version of it. */
export default async function PolicyPage({ params }: { params: Promise<{ environment: string }> }) {
  const actor = await sessionActor()
  const environment = await found(getEnvironment(actor, (await params).environment))
  return (
    <>
      <PageHeader
        title={`Policy of ${environment.name}`}
        lead={`Now at version ${environment.policy.version}. Rollouts under way keep theirs; launches from now on get the new one.`}
      />
      {environment.policy.policy.approvals > 0 ? (
        <Banner tone="info">
          A stricter policy takes effect at once. A looser one is proposed, and takes effect when{' '}
          {environment.policy.policy.approvals === 1 ? 'an approver' : `${environment.policy.policy.approvals} approvers`} other than you
          said yes.
        </Banner>
      ) : null}
      {environment.may.manage ? (
        <PolicyForm environment={environment.slug} clusters={environment.clusters.map(({ name }) => name)} current={environment.policy} />
      ) : (
        <Banner tone="info">Admins of the installation write policies.</Banner>
      )}
    </>
  )
}
