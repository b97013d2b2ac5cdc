import { afterEach, expect, test, vi } from 'vitest'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { getRolloutView } from '../queries'
import { Gate } from '../schema'

afterEach(() => vi.restoreAllMocks())

test(
  'of a step that is judged, its page says what the step waits for: its weight is acknowledged long since',
  async () => {
    const gates = [Gate.parse({ metric: 'errors', floor: 0.01 })]
    const world = await World.make({ seed: 15, steps: [2_500, 10_000], gates, pace: { minRequests: 1_000_000 } })
    const id = await world.launch(2)
    await world.until(id, ['progressing'])
    await world.pass(60)
    const { standing, headline } = await getRolloutView(world.actor('viewer'), id)
    expect(standing.blocks).toBe('too few requests are counted at this step')
    expect(standing.needs).toMatch(/^1,000,000 candidate requests, has [\d,]{2,}$/)
    expect(headline).toMatch(/^At 25 % for \d+ s\. .* Waits for 1,000,000 candidate requests, has [\d,]{2,}\.$/)
  },
  LONG_MS,
)
