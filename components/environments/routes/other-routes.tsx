'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { routesOptions } from '@/lib/clusters/routes/client'
import type { RoutesView, Survey } from '@/lib/clusters/routes/schema'
import type { Taker } from '@/lib/endpoints/adopted/schema'
import { OtherInferences } from './other-inferences'
import { OtherRoute } from './other-route'

/** What serves on a cluster that Slipway did not make, as the cluster says now. */
export function OtherRoutes({ clusterId, namespace }: { clusterId: string; namespace: string }) {
  const { data, error, isFetching, refetch } = useQuery(routesOptions(clusterId))
  const trouble = error?.message ?? data?.reason
  return (
    <Card
      title="What else serves here"
      note="HTTPRoutes of the same gateway, and InferenceServices, that Slipway did not make. Looking at them changes nothing."
      action={
        <Button size="sm" variant="ghost" pending={isFetching} onClick={() => void refetch()}>
          Look again
        </Button>
      }
    >
      <CardBody className="grid gap-4">
        {data || error ? null : <Skeleton className="h-16" />}
        {trouble ? (
          <p role="status" className="text-warn">
            {trouble}
          </p>
        ) : null}
        {data?.survey ? <Found survey={data.survey} {...{ clusterId, namespace }} takers={data.takers} /> : null}
        {data?.survey ? <WhoAdopts view={data} /> : null}
        {data?.survey ? <OtherInferences inferences={data.survey.inferences} /> : null}
      </CardBody>
    </Card>
  )
}

/** What must be there before anything can be adopted. */
function WhoAdopts({ view: { may, takers, survey } }: { view: RoutesView }) {
  if (!survey?.routes.some(({ adopted }) => !adopted)) return null
  if (!may) return <p className="text-muted text-sm">SREs may adopt a route.</p>
  if (takers.length > 0) return null
  return (
    <p className="text-sm">
      Before a route can be adopted, an endpoint must serve here: <Link href="/rollouts/new">launch a version</Link> in an environment with
      this cluster. It comes up beside, by its policy and approvals, and no request moves.
    </p>
  )
}

interface FoundProps {
  survey: Survey
  clusterId: string
  namespace: string
  takers: readonly Taker[]
}

function Found({ survey: { routes, elsewhere, inferences }, clusterId, namespace, takers }: FoundProps) {
  const isAll = inferences.found.length === 0 && inferences.unseen === null
  return (
    <>
      {routes.length === 0 ? (
        <p className="text-muted">{isAll ? 'Nothing else: every' : 'Every'} route of this gateway in the namespace is Slipway’s.</p>
      ) : null}
      {routes.map((route) => (
        <OtherRoute key={route.name} {...{ route, clusterId, namespace, takers }} />
      ))}
      {elsewhere > 0 ? (
        <p className="text-muted text-sm">
          {elsewhere} more {elsewhere === 1 ? 'route hangs' : 'routes hang'} on other gateways only, and cannot be taken over.
        </p>
      ) : null}
    </>
  )
}
