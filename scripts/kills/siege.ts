import { type Random, seeded } from '@/lib/analysis/chance'
import { type House, KILLABLE, type Killable } from '../house/house'
import { approve, launch, ledgerOf, MODEL, phaseOf, returnToFirst, untilEnded, versionOf } from '../house/rollouts'
import { until } from '../house/wait'
import { type Aftermath, lookAt } from './aftermath'

export const ENVIRONMENT = 'prod-hybrid'

interface SiegePlan {
  seed: number
  /** How often each part is killed. */
  kills: number
  /** The longest random wait before a kill. */
  waitSeconds: number
  say(line: string): void
}

export interface Siege {
  /** One per rollout: another is launched while kills are left. */
  rollouts: Aftermath[]
  kills: Record<Killable, number>
}

const ENDS_WITHIN_S = 1_200
const ROWS_MAX = 4

/**
 * Rolls the better model out over the example's traffic, with its approval, and kills each part with -9 at random instants of the running rollout; from the first
 * version again until every kill is done. What is random comes from the seed alone.
 */
export async function besiege(house: House, plan: SiegePlan): Promise<Siege> {
  const random = seeded(plan.seed)
  const order = Array.from({ length: plan.kills }, () => shuffled(KILLABLE, random)).flat()
  const kills: Record<Killable, number> = { engine: 0, web: 0, cluster: 0, postgres: 0 }
  const rollouts: Aftermath[] = []
  const better = (await versionOf(house, 'better')).number
  while (order.length > 0) {
    if (rollouts.length > 0) await returnToFirst(house, ENVIRONMENT)
    const id = await launch(house, { environment: ENVIRONMENT, version: better })
    await approve(house, id)
    plan.say(`rollout ${id} of ${MODEL} v${better}`)
    for (let next = order[0]; next && (await randomInstant(house, id, plan, random)); next = order[0]) {
      order.shift()
      await strike(house, next)
      kills[next] += 1
      plan.say(`killed ${next} (${kills[next]} of ${plan.kills})`)
    }
    const phase = await untilEnded(house, id, ENDS_WITHIN_S)
    plan.say(`${phase}`)
    await house.ready(120)
    rollouts.push(await lookAt(house, id))
  }
  return { rollouts, kills }
}

/** Waits until the ledger has grown by some rows, or some time has gone by, whichever the dice and the rollout make come first. False when the rollout has ended. */
async function randomInstant(house: House, id: string, plan: SiegePlan, random: Random): Promise<boolean> {
  const rows = 1 + Math.floor(random() * ROWS_MAX)
  const end = performance.now() + random() * plan.waitSeconds * 1_000
  const before = (await until({ what: 'the ledger', seconds: 90 }, () => ledgerOf(house, id))).length
  const seen = await until({ what: 'a random instant', seconds: 90 }, async () => {
    if (performance.now() >= end) return 'now'
    if ((await phaseOf(house, id)) === 'promoted') return 'ended'
    return (await ledgerOf(house, id)).length >= before + rows && 'now'
  })
  return seen === 'now' && (await until({ what: 'the phase', seconds: 90 }, () => phaseOf(house, id))) !== 'promoted'
}

/** Kills and waits only until the supervisor has put another in its place: what comes next may hit one that is still waking up. */
async function strike(house: House, name: Killable): Promise<void> {
  const before = await until({ what: `${name} runs`, seconds: 90 }, async () => house.pid(name))
  process.kill(before, 'SIGKILL')
  await until({ what: `${name} is started again`, seconds: 90 }, async () => (house.pid(name) ?? before) !== before)
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
