'use client'

import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { reached } from '@/components/ui/reached'
import { routesOptions } from '@/lib/clusters/routes/client'
import type { FoundRoute } from '@/lib/clusters/routes/schema'
import { returnRouteAction } from '@/lib/endpoints/adopted/actions'
import type { Taker } from '@/lib/endpoints/adopted/schema'
import { FULL } from '@/lib/endpoints/wish'
import { capital, formatWeight } from '@/lib/format'

interface AdoptedRouteProps {
  clusterId: string
  namespace: string
  route: FoundRoute
  state: NonNullable<FoundRoute['adopted']>
  /** null: this person may not act on it. */
  taker: Taker | null
  /** The button that changes the share; null: it cannot be changed. */
  change: ReactNode
}

/** What was taken over of a route, what is left to do, and the way back. */
export function AdoptedRoute({ clusterId, namespace, route, state, taker, change }: AdoptedRouteProps) {
  const { share, leftAlone, back, endpointId } = state
  const endpoint = taker ? `${taker.model} in ${taker.environment}` : 'its endpoint'
  const left = share === FULL ? leftOver(route) : []
  return (
    <div className="grid gap-2 text-sm">
      {leftAlone !== null ? (
        <p className="text-warn">
          {capital(leftAlone)}: nothing is written over its rules. They stand above as they are; what share of its requests goes to{' '}
          {endpoint} is not known. Give it back, then look at it anew.
        </p>
      ) : (
        <p>
          <span className="tabular-nums">{formatWeight(share)}</span> of its requests go to{' '}
          <Link href={`/endpoints/${endpointId}`} className="underline underline-offset-3">
            {endpoint}
          </Link>
          . {share === 0 ? 'Try it: call its address with the header x-slipway-arm: live, and you alone are answered from there.' : null}
        </p>
      )}
      {left.length > 0 ? (
        <div className="grid gap-1">
          <p>Left over, and running: the way back leads there. Scale to 0 when you are content:</p>
          <CodeBlock code={left.map((name) => `kubectl scale deployment ${name} --namespace ${namespace} --replicas 0`).join('\n')} />
        </div>
      ) : null}
      <details>
        <summary className="cursor-pointer underline underline-offset-3">Go back without Slipway</summary>
        <CodeBlock code={back} />
      </details>
      <span className="flex flex-wrap gap-2">
        {change}
        {taker ? <GiveBack {...{ clusterId, endpointId, route: route.name, endpoint, rulesStay: leftAlone !== null }} /> : null}
      </span>
    </div>
  )
}

function leftOver({ rules }: FoundRoute): string[] {
  const deployments = rules.flatMap(({ backends }) => backends).flatMap((backend) => backend.deployments)
  return [...new Set(deployments.filter(({ wanted }) => wanted > 0).map(({ name }) => name))]
}

interface GiveBackProps {
  clusterId: string
  endpointId: string
  route: string
  endpoint: string
  /** Its rules are another hand's: they stay. */
  rulesStay: boolean
}

function GiveBack({ clusterId, endpointId, route, endpoint, rulesStay }: GiveBackProps) {
  const client = useQueryClient()
  const onConfirm = async () => {
    const result = await reached(returnRouteAction({ clusterId, endpointId, route }))
    if (!result.ok) return result.problem.message
    await client.invalidateQueries(routesOptions(clusterId))
    return undefined
  }
  return (
    <Confirm
      trigger={<Button size="sm">Give back</Button>}
      title={`Give back ${route}`}
      description={
        rulesStay ? (
          <p>
            Slipway lets go of it. Its rules stay as they are, also where they lead to {endpoint}: its owner’s rule is to be put back by
            hand.
          </p>
        ) : (
          <p>All of its requests go where they went before {endpoint} took them, by the rule that it had then.</p>
        )
      }
      action={`Give back ${route}`}
      onConfirm={onConfirm}
    />
  )
}
