import { returnRoute, takeRoute } from '@/lib/endpoints/adopted/commands'
import { createKey, retireEndpoint, scaleEndpoint, setLabelRate } from '@/lib/endpoints/commands'
import { returnEndpoint } from '@/lib/rollouts/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/endpoints/ID/VERB */
export const POST = verbRoute({
  keys: createKey,
  scale: scaleEndpoint,
  'label-rate': setLabelRate,
  return: returnEndpoint,
  retire: retireEndpoint,
  'take-route': takeRoute,
  'return-route': returnRoute,
})
