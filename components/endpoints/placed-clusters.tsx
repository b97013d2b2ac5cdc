import { ArmLabel } from '@/components/ui/arm-label'
import { Badge } from '@/components/ui/badge'
import { CodeBlock } from '@/components/ui/code-block'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ArmView, PlacedView } from '@/lib/endpoints/view-schema'
import { formatWeight } from '@/lib/format'
import { Replicas } from './replicas'
import { Silent } from './silent'
import { countedWord, TrafficLines } from './traffic-lines'

/** An endpoint on each of its clusters: versions, three weights, replicas, address. */
export function PlacedClusters({ clusters, guarded }: { clusters: PlacedView[]; guarded: boolean }) {
  return (
    <div className="grid divide-y">
      {clusters.map((place) => (
        <section key={place.clusterId} aria-label={place.cluster} className="grid gap-3 p-4">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <h3 className="font-medium">{place.cluster}</h3>
            <span className="text-muted text-sm">
              {place.location}, wave {place.wave}
            </span>
            <Silent seenAt={place.seenAt} />
            <span className="text-muted text-sm">{place.seenAt ? <>seen {<RelativeTime at={place.seenAt} />}</> : 'never seen'}</span>
            {place.acknowledgedGeneration !== null && place.acknowledgedGeneration < place.generation ? (
              <Badge tone="warn">
                wish {place.generation} not written yet, {place.acknowledgedGeneration} is
              </Badge>
            ) : null}
          </div>
          {place.arms.length === 0 ? <p className="text-muted">Nothing runs here.</p> : null}
          <TrafficLines lines={place.traffic} />
          {place.arms.map((arm) => (
            <Arm key={`${arm.role}-${arm.versionId}`} arm={arm} unverified={place.unverified} />
          ))}
          {place.address ? (
            <CodeBlock
              code={`curl -X POST ${place.address} -H 'content-type: application/json'${guarded ? " -H 'authorization: Bearer YOUR_KEY'" : ''} -d @request.json`}
            />
          ) : null}
        </section>
      ))}
    </div>
  )
}

function Arm({ arm, unverified }: { arm: ArmView; unverified: boolean }) {
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <ArmLabel arm={arm.role === 'live' ? 'live' : 'next'} version={arm.number} />
        <span className="tabular-nums">
          <strong className="font-semibold text-lg">{countedWord(arm.counted, unverified)}</strong>
          {arm.counted ? ' counted' : ''}
        </span>
        <span className="text-sm tabular-nums">{formatWeight(arm.desired)} desired</span>
        <span className="text-sm tabular-nums">
          {arm.acknowledged === null ? 'nothing acknowledged' : `${formatWeight(arm.acknowledged)} acknowledged`}
        </span>
        <span className="text-sm tabular-nums">
          {arm.ready} of {arm.wanted} ready
        </span>
      </p>
      <TrafficLines lines={arm.compared} />
      <Replicas replicas={arm.replicas} />
    </div>
  )
}
