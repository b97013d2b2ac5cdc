import { parseArgs } from 'node:util'
import { House, KILLABLE } from '@/scripts/house/house'
import { untilServed, versionOf } from '@/scripts/house/rollouts'
import { countTraffic } from '@/scripts/kills/aftermath'
import { besiege } from '@/scripts/kills/siege'
import { faultsOf } from '@/scripts/kills/verdict'
import type { Result } from './result'

const PORT = 48_100

/**
 * Kills engine, web, local cluster and PostgreSQL with -9 at random instants of running rollouts of the example: `--kills N` (20) each, `--seed N` (1). The short form of
 * it is part of the tests. Faults are printed; there must be none.
 */
export async function run(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({ args, options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } } })
  const [kills, seed] = [Number(values.kills), Number(values.seed)]
  if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed))
    throw new Error('--kills and --seed take whole numbers, --kills from 1')
  const house = await House.start(PORT)
  try {
    await untilServed(house)
    const siege = await besiege(house, { seed, kills, waitSeconds: 12, say: (line) => console.error(line) })
    const own = siege.rollouts.reduce((sum, rollout) => sum + rollout.asked, 0)
    const traffic = await countTraffic(house, own)
    const faults = faultsOf(siege, traffic, (await versionOf(house, 'better')).number)
    for (const fault of faults) console.error(`FAULT ${fault}`)
    return [
      ...KILLABLE.map((name) => ({ name: `kills of ${name} in running rollouts`, value: siege.kills[name], unit: 'times' })),
      { name: 'rollouts', value: siege.rollouts.length, unit: '' },
      { name: 'faults', value: faults.length, unit: '', aim: '0', ok: faults.length === 0 },
      {
        name: 'answered requests that were never counted, per kill of the gateways',
        value: Math.max(0, traffic.answered - traffic.counted) / kills,
        unit: `of ${traffic.answered}`,
      },
    ]
  } finally {
    await house.stop()
  }
}
