'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Chart } from '@/components/charts/chart'
import { CrosshairProvider } from '@/components/charts/crosshair'
import { KeptLink } from '@/components/top-line/kept'
import { Card, CardBody } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { endpointSeriesOptions } from '@/lib/monitoring/client'
import type { TimeRange } from '@/lib/monitoring/schema'
import { armKey, shownAtFirst } from './arm-style'
import { ReachNote } from './reach-note'
import { latencyCharts, qualityCharts, trafficCharts } from './series-charts'

const GLANCE = ['Requests per second', 'Bad requests', 'Latency p95', 'Accuracy', 'Mean squared error']

/** An endpoint in four charts over a time, with a way to the rest: for the endpoint's own page. `title`: the time in words. */
export function MonitoringGlance({ endpointId, range, title }: { endpointId: string; range: TimeRange; title: string }) {
  const { data, error } = useQuery({ ...endpointSeriesOptions(endpointId, range), placeholderData: keepPreviousData })
  const specs = data ? specsOf(data) : []
  return (
    <Card
      title={title}
      action={
        <KeptLink className="text-link underline underline-offset-2" href={`/monitoring/${endpointId}`}>
          All measurements
        </KeptLink>
      }
    >
      <CardBody className="grid gap-4">
        {error && !data ? <p role="status">The series cannot be read now: {error.message}</p> : null}
        {data ? <ReachNote clusters={data.clusters} /> : <Skeleton className="h-44 w-full" />}
        <CrosshairProvider>
          <div className="grid gap-x-6 gap-y-4 md:grid-cols-2">
            {specs.map((spec) => (
              <Chart key={spec.title} spec={spec} />
            ))}
          </div>
        </CrosshairProvider>
      </CardBody>
    </Card>
  )
}

function specsOf(series: Parameters<typeof trafficCharts>[0]) {
  const shown = shownAtFirst(series.arms)
  const arms = series.arms.filter((arm) => shown.includes(armKey(arm)))
  const specs = [...trafficCharts(series, arms), ...latencyCharts(series, arms), ...qualityCharts(series, arms)]
  return specs.filter((spec) => GLANCE.includes(spec.title))
}
