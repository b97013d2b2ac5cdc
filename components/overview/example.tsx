import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import type { ExampleState } from '@/lib/example/schema'

/** The example workspace: three things to do first, and what its traffic is. */
export function Example({ state }: { state: ExampleState }) {
  const { slowRollout, betterRollout, better, traffic } = state
  const launch = better
    ? `/rollouts/new?model=${better.model}&version=${better.version}&environment=${better.environment}`
    : '/rollouts/new'
  const waits = betterRollout?.phase === 'awaiting-approval'
  return (
    <Card
      title="Try it: the example workspace"
      note="Real models of flight delays, real flights of 2001 replayed as traffic, real outcomes as labels. No fault is injected: the bad models are really worse."
    >
      <CardBody className="grid gap-3">
        <ol className="grid gap-3 md:grid-cols-3">
          <Step
            title="1. Watch one fail"
            says={slowRollout?.headline || 'The slow model is launched by itself as soon as its reference is known.'}
          >
            {slowRollout ? <Link href={`/rollouts/${slowRollout.id}`}>Watch the slow model</Link> : null}
          </Step>
          <Step
            title="2. Launch the better one"
            says={
              betterRollout && !waits
                ? 'It was launched; see where it is, or launch it again.'
                : 'Boosted trees against the live logistic regression, on two clusters.'
            }
          >
            <Link href={betterRollout ? `/rollouts/${betterRollout.id}` : launch}>
              {betterRollout ? 'See the better model' : 'Launch the better model'}
            </Link>
          </Step>
          <Step
            title="3. Approve it as the approver"
            says={
              waits
                ? 'Its plan waits: choose "act as" the approver in the account menu, then decide.'
                : 'Its environment asks for four eyes: the author may not approve alone.'
            }
          >
            {waits ? <Link href={`/approvals/${betterRollout.id}`}>Open the approval</Link> : null}
          </Step>
        </ol>
        {traffic ? <Traffic traffic={traffic} /> : <p className="text-muted text-sm">The example’s traffic has not begun yet.</p>}
      </CardBody>
    </Card>
  )
}

function Step({ title, says, children }: { title: string; says: string; children: React.ReactNode }) {
  return (
    <li className="grid content-start justify-items-start gap-1.5 rounded-md border p-3">
      <h3 className="font-medium">{title}</h3>
      <p className="text-muted text-sm">{says}</p>
      {children ? <Button asChild>{children}</Button> : null}
    </li>
  )
}

function Traffic({ traffic }: { traffic: NonNullable<ExampleState['traffic']> }) {
  const rates = traffic.endpoints.map((each) => `${each.environment} on ${each.cluster} ${each.perSecond.toFixed(0)}/s`)
  const [from, to] = traffic.labelDelaySeconds
  return (
    <p className="text-muted text-sm">
      Traffic: {rates.join(', ')}. Each true outcome comes as a label after {from} to {to} s.
      {traffic.round > 1 ? ` The flights are replayed for the ${traffic.round}. time.` : ''}
    </p>
  )
}
