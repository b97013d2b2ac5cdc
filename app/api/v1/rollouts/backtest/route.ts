import { backtestLaunch } from '@/lib/rollouts/backtest/queries'
import { queryRoute, readJson } from '@/lib/route'

/** POST with a launch: its gates, tried on the live version's past. It changes nothing. */
export const POST = queryRoute(async (actor, _params, _search, request) => backtestLaunch(actor, await readJson(request)), {
  permission: 'rollout:launch',
})
