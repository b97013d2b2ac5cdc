import { setImmediate as breathe } from 'node:timers/promises'
import type { Actor } from '@/lib/auth/actor'
import { databaseNow } from '@/lib/clock'
import { demand, parse } from '@/lib/command'
import { db } from '@/lib/db'
import { findLaunchTarget, launchScope, planOf } from '../launching/store'
import { LaunchRollout } from '../schema'
import { backtest } from './backtest'
import type { BacktestView } from './schema'
import { backtestWords } from './sentences'
import { readPast } from './store'

const HOUR_MS = 3_600_000

/** Tries the gates of a launch on what the live version did in the last 7 days. It changes nothing. Throws as a launch does for what cannot be planned. */
export async function backtestLaunch(actor: Actor, raw: unknown): Promise<BacktestView> {
  const choice = parse(LaunchRollout, raw)
  demand(actor, 'rollout:launch', (await launchScope(db(), choice)).scope)
  const target = await findLaunchTarget(db(), choice)
  const { endpointId, live } = target
  if (!endpointId || !live) return { sentence: 'No version is live there: there is no past to try the gates on.', gates: [] }
  const plan = planOf(target, choice, actor, endpointId)
  const past = await readPast(endpointId, live.id, plan.waves[0].clusterId, await databaseNow(db()))
  const [first, last] = [past[0], past[past.length - 1]]
  const hours = first && last ? (last.at - first.at) / HOUR_MS : 0
  return backtestWords(await backtest(plan, past, () => breathe()), live.number, hours)
}
