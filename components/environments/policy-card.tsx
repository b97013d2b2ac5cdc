import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import type { EnvironmentDetail } from '@/lib/environments/schema'
import { PolicySummary } from './policy-summary'

/** The policy that launches get now, and every version before it: who wrote it when. */
export function PolicyCard({ environment }: { environment: EnvironmentDetail }) {
  const { policy, history } = environment
  const earlier = history.filter((version) => version.version !== policy.version)
  const edit = (
    <Button asChild size="sm">
      <Link href={`/environments/${environment.slug}/policy`}>Edit the policy</Link>
    </Button>
  )
  return (
    <Card
      title={`Policy, version ${policy.version}`}
      action={environment.may.manage ? edit : null}
      note={
        <>
          Written by {policy.author} <RelativeTime at={policy.at} />. A rollout keeps the version that it was planned with.
        </>
      }
    >
      <PolicySummary policy={policy.policy} />
      {earlier.length > 0 ? (
        <CardBody className="grid gap-2 border-t">
          <h3 className="font-medium text-sm">Earlier versions</h3>
          {earlier.map((version) => (
            <details key={version.version}>
              <summary className="min-h-6">
                Version {version.version} <span className="text-muted text-sm">by {version.author}</span>
              </summary>
              <p className="px-4 text-muted text-sm">
                Written <RelativeTime at={version.at} />
              </p>
              <PolicySummary policy={version.policy} />
            </details>
          ))}
        </CardBody>
      ) : null}
    </Card>
  )
}
