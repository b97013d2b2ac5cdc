import { expect, inject } from 'vitest'
import { env } from '@/lib/env'
import { installClock, nextMinute } from './clock.fixture'
import { Simulation } from './simulation.fixture'

/** Tells the simulation's stories of these seeds, and shows the end of each that fails, with how to tell it again. */
export async function expectHeld(seeds: readonly number[]): Promise<void> {
  const startMs = nextMinute()
  const database = new URL(env().DATABASE_URL ?? '').pathname.slice(1)
  await installClock(`${inject('postgres').owner}${database}`, startMs)
  const failed: string[] = []
  for (const seed of seeds) {
    const { violation, lines } = await new Simulation(seed, startMs).run()
    if (violation)
      failed.push(`seed ${seed}: ${violation}\n  all of it: npm run simulate -- --seed ${seed}\n${lines.slice(-25).join('\n')}`)
  }
  expect(failed.join('\n\n')).toBe('')
}
