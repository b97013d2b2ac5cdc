import { test } from 'vitest'
import { expectHeld } from './seeds.fixture'

// Half of the 200 seeds in each of two files, so that they are told side by side. `npm run simulate -- --seeds 10000` tells more.
const SEEDS = Array.from({ length: 100 }, (_, i) => 2 + 2 * i)

test(
  'whatever happens to engines, clusters, sources, people and the clock, everything that must hold holds (even seeds)',
  () => expectHeld(SEEDS),
  1_800_000,
)
