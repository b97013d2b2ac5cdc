import { Banner } from '@/components/ui/banner'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatDuration } from '@/lib/format'
import type { ClusterReach, SourceState } from '@/lib/monitoring/schema'

/** What stands between the numbers and the truth: sources with a wrong clock, silent sources, clusters out of reach; and, quietly, up to when each cluster has reported. */
export function ReachNote({ clusters }: { clusters: ClusterReach[] }) {
  return (
    <div className="grid gap-2">
      {clusters.filter(isWrong).map((cluster) => (
        <Banner key={cluster.cluster}>
          <ClusterTrouble cluster={cluster} />
        </Banner>
      ))}
      <ul className="flex flex-wrap gap-x-6 gap-y-1 text-muted text-sm">
        {clusters.map((cluster) => (
          <li key={cluster.cluster}>
            {cluster.cluster}: <Counting cluster={cluster} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function isWrong(cluster: ClusterReach): boolean {
  return cluster.reachable === false || isSilent(cluster) || cluster.sources.some((source) => source.state === 'clock-off')
}

function isSilent({ sources }: ClusterReach): boolean {
  return sources.length > 0 && !sources.some((source) => source.state === 'counting')
}

function ClusterTrouble({ cluster }: { cluster: ClusterReach }) {
  const off = cluster.sources.filter((source) => source.state === 'clock-off')
  return (
    <>
      {off.map((source) => (
        <p key={source.id}>{clockSentence(source)}</p>
      ))}
      {isSilent(cluster) ? (
        <p>
          Nothing counts on {cluster.cluster}: {since(newest(cluster.sources))} What happened there since is not known; where no other
          cluster reports either it is shown as a gap, not as zero.
        </p>
      ) : null}
      {cluster.reachable === false ? (
        <p>
          The engine cannot reach {cluster.cluster}
          {cluster.observedAt ? (
            <>
              {' '}
              (it last did <RelativeTime at={cluster.observedAt} />)
            </>
          ) : null}
          . Counts still arrive if its gateway runs: counting does not need the engine.
        </p>
      ) : null}
    </>
  )
}

function Counting({ cluster }: { cluster: ClusterReach }) {
  const counting = cluster.sources.filter((source) => source.state === 'counting')
  const reported = newest(cluster.sources)?.reportedTo
  if (cluster.sources.length === 0) return <>no source has ever reported</>
  return (
    <>
      {counting.length === 1 ? '1 source counts' : `${counting.length} sources count`}
      {reported ? (
        <>
          , reported to <RelativeTime at={reported} />
        </>
      ) : null}
    </>
  )
}

function newest(sources: SourceState[]): SourceState | undefined {
  return [...sources].sort((a, b) => (b.reportedTo ?? '').localeCompare(a.reportedTo ?? ''))[0]
}

function since(source: SourceState | undefined) {
  if (!source?.reportedTo) return <>no source was ever accepted.</>
  const at = <RelativeTime at={source.reportedTo} />
  if (source.state === 'ended') return <>its source ended {at} and no other began.</>
  return source.state === 'clock-off' ? (
    <>its flushes are refused; the last that was accepted reported to {at}.</>
  ) : (
    <>its source is silent and last reported {at}.</>
  )
}

function clockSentence({ cluster, offsetMs }: SourceState): string {
  const seconds = formatDuration(Math.abs(offsetMs) / 1_000)
  return `A source on ${cluster} has its clock off by ${seconds} (${offsetMs > 0 ? 'ahead' : 'behind'}). What it sends is refused until the clock is right: nothing of it is counted.`
}
