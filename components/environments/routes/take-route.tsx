'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { routesOptions } from '@/lib/clusters/routes/client'
import type { FoundRoute } from '@/lib/clusters/routes/schema'
import { takeRouteAction } from '@/lib/endpoints/adopted/actions'
import type { Taker } from '@/lib/endpoints/adopted/schema'

interface TakeRouteProps {
  clusterId: string
  route: FoundRoute
  /** Of a route that was taken over: its endpoint alone. */
  takers: readonly Taker[]
}

/** Gives an endpoint a share of a route's requests: nothing at first, to try it, then as much as one dares. */
export function TakeRoute({ clusterId, route, takers }: TakeRouteProps) {
  const { name, seen, adopted, writers } = route
  const client = useQueryClient()
  const send = (typed: FormData) =>
    takeRouteAction({
      clusterId,
      route: name,
      seen,
      endpointId: typed.get('endpointId'),
      share: Math.round(Number(typed.get('share')) * 100),
      rewrite: typed.get('rewrite') === 'on',
      despite: typed.getAll('despite'),
    })
  return (
    <FormDialog
      trigger={<Button size="sm">{adopted ? 'Change the share' : 'Adopt'}</Button>}
      title={adopted ? `Change the share of ${name}` : `Adopt ${name}`}
      description="Its host names and paths stay. Its requests go to the endpoint’s live version, and in a rollout to both, by their weights; the rest goes where it goes now."
      action={adopted ? 'Change the share' : 'Adopt'}
      send={send}
      onDone={() => void client.invalidateQueries(routesOptions(clusterId))}
    >
      {(refused) => (
        <>
          <Field label="Endpoint" error={refused.endpointId}>
            <Select name="endpointId" required>
              {takers.map(({ endpointId, model, environment, number }) => (
                <option key={endpointId} value={endpointId}>
                  {model} in {environment}, v{number} live
                </option>
              ))}
            </Select>
          </Field>
          <Field
            label="Share of its requests, %"
            hint="0: only those with the header x-slipway-arm: live, to try it."
            error={refused.share}
          >
            <Input
              name="share"
              type="number"
              min={0}
              max={100}
              step={0.01}
              required
              defaultValue={(adopted?.share ?? 0) / 100}
              className="w-28"
            />
          </Field>
          <Checkbox name="rewrite" defaultChecked={adopted?.rewrite ?? false}>
            Replace the path that it matches by that of the model
          </Checkbox>
          {adopted
            ? null
            : writers.map(({ tool }) => (
                <Checkbox key={tool} name="despite" value={tool} required>
                  {tool} was told what the page says of it
                </Checkbox>
              ))}
        </>
      )}
    </FormDialog>
  )
}
