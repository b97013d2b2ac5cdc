import { Fact, Facts } from '@/components/approvals/facts'
import { Badge } from '@/components/ui/badge'
import type { FoundInference, FoundInferences, InferenceFacts } from '@/lib/clusters/routes/schema'

/** InferenceServices that are not Slipway's: shown, with what would move their callers. Nothing where there are none. */
export function OtherInferences({ inferences: { found, more, unseen } }: { inferences: FoundInferences }) {
  if (unseen !== null) return <p className="wrap-anywhere text-muted text-sm">{unseen}</p>
  if (found.length === 0) return null
  return (
    <section aria-label="InferenceServices" className="grid gap-4 border-t pt-4">
      <p className="text-sm">
        InferenceServices that Slipway did not make. KServe’s controller makes their routes and undoes changes to them: Slipway only shows
        them.
      </p>
      {found.map((service) => (
        <OtherInference key={service.name} service={service} />
      ))}
      {more > 0 ? <p className="text-muted text-sm">{more} more are not listed.</p> : null}
    </section>
  )
}

function OtherInference({ service: { name, writers, facts, callers, unreadable } }: { service: FoundInference }) {
  return (
    <article aria-label={`InferenceService ${name}`} className="grid gap-2 border-b pb-4 last:border-b-0 last:pb-0">
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        <span className="min-w-0 break-all">{name}</span>
        {writers.map((tool) => (
          <Badge key={tool} tone="warn">
            written by {tool}
          </Badge>
        ))}
      </h3>
      {facts ? (
        <>
          <InferenceTold facts={facts} />
          <p className="wrap-anywhere text-sm">{callers}</p>
        </>
      ) : (
        <p className="wrap-anywhere text-sm text-warn">
          Unreadable: its field {unreadable} is not as KServe defines it, so nothing more can be told.
        </p>
      )}
    </article>
  )
}

function InferenceTold({ facts: { runs, from, beside, ready, why, url, mode, said, asked } }: { facts: InferenceFacts }) {
  return (
    <div className="wrap-anywhere -mx-4">
      <Facts>
        <Fact label="Runs">{runs ?? 'nothing that it names'}</Fact>
        {beside ? <Fact label="Beside it">{beside}</Fact> : null}
        {from ? <Fact label="Model from">{from}</Fact> : null}
        <Fact label="State">
          {ready === null ? 'KServe has not said whether it is ready' : `${ready ? 'ready' : 'not ready'}, says KServe`}
          {why ? `: ${why}` : null}
        </Fact>
        <Fact label="Address">{url ?? 'KServe has said none'}</Fact>
        <Fact label="Deployed as">{mode ?? 'KServe has not said it'}</Fact>
        {said ? <Fact label="Shares">{said}, says its status; not counted</Fact> : null}
        {asked ? <Fact label="Asked for">{asked}, by its spec</Fact> : null}
      </Facts>
    </div>
  )
}
