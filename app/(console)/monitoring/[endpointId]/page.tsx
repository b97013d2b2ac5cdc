import type { Metadata } from 'next'
import Link from 'next/link'
import { Monitoring } from '@/components/monitoring/monitoring'
import { RangePicker } from '@/components/monitoring/range-picker'
import { Crumb } from '@/components/shell/crumbs'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { endpointSeries, monitoredEndpoint } from '@/lib/monitoring/queries'
import { TimeRange } from '@/lib/monitoring/schema'
import { found } from '@/lib/pages'
import { flat, type SearchParams } from '../address'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Measurements' }

interface Props {
  params: Promise<{ endpointId: string }>
  searchParams: SearchParams
}

/** Everything measured about one endpoint, over the time in the address. */
export default async function EndpointMonitoringPage({ params, searchParams }: Props) {
  const actor = await sessionActor()
  const { endpointId } = await params
  const asked = TimeRange.safeParse(flat(await searchParams))
  const range = asked.data ?? TimeRange.parse({})
  const [endpoint, series] = await found(Promise.all([monitoredEndpoint(actor, endpointId), endpointSeries(actor, endpointId, range)]))
  const path = `/monitoring/${endpoint.id}`
  return (
    <>
      <Crumb label={`${endpoint.model} in ${endpoint.environment}`} />
      <PageHeader
        title={`${endpoint.model} in ${endpoint.environment}`}
        lead={
          <Link className="text-link underline underline-offset-2" href={`/endpoints/${endpoint.id}`}>
            Its endpoint: versions, clusters, keys
          </Link>
        }
        actions={<RangePicker key={JSON.stringify(range)} path={path} range={range} />}
      />
      {asked.success ? null : (
        <Banner>The address asks for a time that is not one. {asked.error.issues[0]?.message} Shown are the last 30 minutes.</Banner>
      )}
      <Monitoring endpointId={endpoint.id} range={range} initial={series} />
    </>
  )
}
