import { expect, test } from 'vitest'
import { freeRun } from './free-port.mjs'
import { House } from './house/house'
import { setPolicy, untilServed, versionOf } from './house/rollouts'
import { countTraffic } from './kills/aftermath'
import { besiege, ENVIRONMENT } from './kills/siege'
import { faultsOf } from './kills/verdict'

const KILLS = 2
/** One step, and a gate that waits neither for labels nor for a calm machine, so that the test stays short; the bench runs the example's own policy. */
const POLICY = {
  approvals: 1,
  alias: 'champion',
  steps: [5_000, 10_000],
  gates: [{ metric: 'errors' as const, floor: 0.005 }],
  pace: { burnIn: 5, minDwell: 20, watch: 600, warmth: 600 },
}
const SAID: string[] = []

test('killing engine, web, local cluster and PostgreSQL at random instants changes nothing of how a rollout ends', {
  timeout: 2_400_000,
}, async () => {
  const house = await House.start(await freeRun())
  try {
    await untilServed(house)
    await setPolicy(house, ENVIRONMENT, POLICY)
    const siege = await besiege(house, { seed: 4, kills: KILLS, waitSeconds: 6, say: (line) => SAID.push(line) })
    const own = siege.rollouts.reduce((sum, rollout) => sum + rollout.asked, 0)
    const traffic = await countTraffic(house, own)
    expect(faultsOf(siege, traffic, (await versionOf(house, 'better')).number), SAID.join('\n')).toEqual([])
    expect(siege.kills).toEqual({ engine: KILLS, web: KILLS, cluster: KILLS, postgres: KILLS })
  } finally {
    await house.stop()
  }
})
