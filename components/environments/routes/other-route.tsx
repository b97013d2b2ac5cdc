import { Fact, Facts } from '@/components/approvals/facts'
import { Badge } from '@/components/ui/badge'
import { Bullets } from '@/components/ui/bullets'
import type { FoundBackend, FoundRoute } from '@/lib/clusters/routes/schema'
import type { Taker } from '@/lib/endpoints/adopted/schema'
import { formatWeight } from '@/lib/format'
import { AdoptedRoute } from './adopted-route'
import { TakeRoute } from './take-route'

interface OtherRouteProps {
  route: FoundRoute
  clusterId: string
  namespace: string
  takers: readonly Taker[]
}

/** One route that is not Slipway's: where callers reach it, what answers, who writes to it, and what stands in the way of taking it over. */
export function OtherRoute({ route, clusterId, namespace, takers }: OtherRouteProps) {
  const { name, hostnames, rules, obstacles, writers, adopted } = route
  const taker = takers.find(({ endpointId }) => endpointId === adopted?.endpointId) ?? null
  const able = adopted ? (taker && adopted.leftAlone === null ? [taker] : []) : obstacles.length > 0 ? [] : takers
  const change = able.length > 0 ? <TakeRoute clusterId={clusterId} route={route} takers={able} /> : null
  return (
    <article aria-label={`HTTPRoute ${name}`} className="grid gap-2 border-b pb-4 last:border-b-0 last:pb-0">
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        <span className="min-w-0 break-all">{name}</span>
        {adopted ? <Badge>adopted</Badge> : null}
        {writers.map(({ tool }) => (
          <Badge key={tool} tone="warn">
            written by {tool}
          </Badge>
        ))}
      </h3>
      <div className="-mx-4">
        <Facts>
          <Fact label="Host names">{hostnames.length > 0 ? hostnames.join(', ') : 'any that the gateway takes'}</Fact>
          {rules.length === 0 ? <Fact label="Takes">nothing</Fact> : null}
          {rules.map((rule) => (
            <Rule key={JSON.stringify(rule)} rule={rule} />
          ))}
        </Facts>
      </div>
      {adopted ? (
        <AdoptedRoute {...{ clusterId, namespace, route, taker }} state={adopted} change={change} />
      ) : (
        <>
          <InTheWay {...{ obstacles, writers }} />
          {change ? <span>{change}</span> : null}
        </>
      )}
    </article>
  )
}

function Rule({ rule: { matches, backends } }: { rule: FoundRoute['rules'][number] }) {
  return (
    <>
      <Fact label="Takes">{matches}</Fact>
      {backends.map((backend) => (
        <Fact key={`${backend.service} ${backend.port} ${backend.share}`} label="Goes to">
          <Backend backend={backend} />
        </Fact>
      ))}
    </>
  )
}

function Backend({ backend: { service, port, share, deployments } }: { backend: FoundBackend }) {
  return (
    <>
      <span className="tabular-nums">{formatWeight(share)}</span> to the Service {service}
      {port === null ? '' : `, port ${port}`}
      {deployments.length === 0 ? ': no Deployment is behind it' : null}
      {deployments.map(({ name, images, ready, wanted, writers }) => (
        <span key={name} className="block">
          Deployment {name}: {ready} of {wanted} ready, runs <span className="break-all font-mono text-sm">{images.join(', ')}</span>
          {writers.length > 0 ? `, written by ${writers.join(' and ')}` : ''}
        </span>
      ))}
    </>
  )
}

function InTheWay({ obstacles, writers }: Pick<FoundRoute, 'obstacles' | 'writers'>) {
  const lines = [...obstacles, ...writers.map(({ words }) => words)]
  if (lines.length === 0) return <p className="text-sm">Nothing stands in the way of taking it over.</p>
  return (
    <div className="text-sm">
      <p>In the way of taking it over:</p>
      <Bullets lines={lines} />
    </div>
  )
}
