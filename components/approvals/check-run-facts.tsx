import { Verdict } from '@/components/ui/verdict'
import { formatBytes, formatCount, formatMs, formatShare } from '@/lib/format'
import type { CheckRun } from '@/lib/versions/check-run-schema'
import { Fact, Facts } from './facts'

/** What is known of a version before it gets traffic. */
export function CheckRunFacts({ run }: { run: CheckRun | null }) {
  if (!run) return <p className="px-4 py-3 text-muted">No check run is kept for this version.</p>
  return (
    <Facts>
      <Fact label="Result">
        <Verdict kind={run.ok ? 'pass' : 'fail'} /> {run.reason ?? ''}
      </Fact>
      <Fact label="Rows">
        {formatCount(run.rows)} of {run.source === 'sample' ? 'its own sample' : 'rows made from its signature'}, {formatCount(run.errors)}{' '}
        failed
      </Fact>
      {run.p95Ms === null ? null : (
        <Fact label="Latency">
          p50 {formatMs(run.p50Ms ?? 0)}, p95 {formatMs(run.p95Ms)}, n {formatCount(run.rows)}
        </Fact>
      )}
      {run.memoryBytes === null ? null : <Fact label="Memory">{formatBytes(run.memoryBytes)}</Fact>}
      {run.quality?.accuracy ? (
        <Fact label="Accuracy">
          {formatShare(run.quality.accuracy, 1)} on its labelled rows, n {formatCount(run.quality.n)}
          {run.quality.cost === null ? '' : `; cost ${formatCount(run.quality.cost)} per 1,000`}
        </Fact>
      ) : null}
    </Facts>
  )
}
