import { Policy } from '@/lib/rollouts/schema'
import type { Kind } from './schema'

/** Steps in basis points: on-prem there is little spare capacity and little traffic, so fewer and larger steps. */
const STEPS: Record<Kind, number[]> = {
  cloud: [100, 500, 2_500, 5_000, 10_000],
  hybrid: [100, 500, 2_500, 5_000, 10_000],
  'on-prem': [1_000, 5_000, 10_000],
}

/** The policy that a new environment of a kind begins with: one approval, errors, latency and accuracy judged, every time at its default. */
export function defaultPolicy(kind: Kind): Policy {
  return Policy.parse({
    approvals: 1,
    alias: 'champion',
    steps: STEPS[kind],
    gates: [{ metric: 'errors' }, { metric: 'latency' }, { metric: 'accuracy' }],
    initialGates: [{ metric: 'objective', max: 0.05 }],
    pace: {},
  })
}
