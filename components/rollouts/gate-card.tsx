import { Chart } from '@/components/charts/chart'
import { Badge } from '@/components/ui/badge'
import { Verdict } from '@/components/ui/verdict'
import type { EvidenceSeries, GateView, RolloutSeries } from '@/lib/rollouts/view-schema'
import { evidenceChart } from './charts'
import { Explain } from './timeline'
import { METRIC_WORDS } from './words'

/** One gate: its verdict, one sentence, and its evidence over time. */
export function GateCard({ gate, evidence, series }: { gate: GateView; evidence: EvidenceSeries[]; series: RolloutSeries | undefined }) {
  return (
    <section aria-label={METRIC_WORDS[gate.metric]} className="grid content-start gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">
          {METRIC_WORDS[gate.metric]} {gate.dryRun ? <Badge tone="quiet">dry run</Badge> : null}
        </h3>
        <Verdict kind={gate.verdict} />
      </div>
      {gate.dryRun ? <p className="text-muted text-sm">Judged and shown, never acted on.</p> : null}
      {gate.noData.passes ? <p className="text-fail text-sm">{gate.noData.says}</p> : null}
      <p className="min-h-11">{gate.sentence}</p>
      {gate.explain.length > 0 ? <Explain rows={gate.explain} /> : null}
      {series ? evidence.map((each) => <Chart key={each.label} spec={evidenceChart(each, series)} />) : null}
    </section>
  )
}
