import { Bullets } from '@/components/ui/bullets'
import { CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ClusterRow } from '@/lib/clusters/schema'
import { ClusterHealth } from './cluster-health'

/** What a cluster last said of itself: version, what is not granted, gateways, KServe, quota; each on a line of its own. */
export function ClusterProbe({ cluster }: { cluster: ClusterRow }) {
  const { health } = cluster
  return (
    <CardBody className="grid gap-2">
      <ClusterHealth cluster={cluster} />
      {health?.ok ? (
        <>
          <Bullets lines={health.text.split('; ')} />
          <p className="text-muted text-sm">
            said <RelativeTime at={health.at} />; the engine asks every 10 s
          </p>
        </>
      ) : null}
      {health ? null : <p className="text-muted">The engine has not asked it yet: it asks every 10 s.</p>}
    </CardBody>
  )
}
