import type { Metadata } from 'next'
import { Monitoring } from '@/components/monitoring/monitoring'
import { Crumb } from '@/components/shell/crumbs'
import { KeptLink } from '@/components/top-line/kept'
import { WrongLine } from '@/components/top-line/wrong-line'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { endpointSeries, monitoredEndpoint } from '@/lib/monitoring/queries'
import { TimeRange } from '@/lib/monitoring/schema'
import { found } from '@/lib/pages'
import type { Search } from '@/lib/top-line/line'
import { readTopLine } from '@/lib/top-line/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Measurements' }

/** Everything measured about one endpoint, over the time in the address. */
export default async function EndpointMonitoringPage({
  params,
  searchParams,
}: {
  params: Promise<{ endpointId: string }>
  searchParams: Promise<Search>
}) {
  const actor = await sessionActor()
  const { endpointId } = await params
  const { line, wrong } = readTopLine(await searchParams)
  const range = TimeRange.parse(line)
  const [endpoint, series] = await found(Promise.all([monitoredEndpoint(actor, endpointId), endpointSeries(actor, endpointId, range)]))
  return (
    <>
      <Crumb label={`${endpoint.model} in ${endpoint.environment}`} />
      <PageHeader
        title={`${endpoint.model} in ${endpoint.environment}`}
        lead={
          <KeptLink className="text-link underline underline-offset-2" href={`/endpoints/${endpoint.id}`}>
            Its endpoint: versions, clusters, keys
          </KeptLink>
        }
      />
      <WrongLine wrong={wrong} />
      <Monitoring endpointId={endpoint.id} range={range} initial={series} />
    </>
  )
}
