import { Badge } from '@/components/ui/badge'
import { capital } from '@/lib/format'
import { DRY_RUN_WORDS, noDataWords, passesWithoutData } from '@/lib/rollouts/gate-terms'
import type { NoData } from '@/lib/rollouts/schema'

/** What a gate does beside judging, where it is not the usual: a dry run, and what follows when it has no data. To pass without data is said in red. */
export function GateTerms({ gate }: { gate: { noData?: NoData; dryRun?: boolean } }) {
  return (
    <>
      {gate.dryRun ? <Badge tone="quiet">{DRY_RUN_WORDS}</Badge> : null}
      {gate.noData && !gate.dryRun ? (
        <span className={passesWithoutData(gate) ? 'text-fail' : 'text-muted'}> {capital(noDataWords(gate))}.</span>
      ) : null}
    </>
  )
}
