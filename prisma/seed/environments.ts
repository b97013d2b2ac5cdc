import type { Actor } from '@/lib/auth/actor'
import type { Role } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { createEnvironment, editPolicy } from '@/lib/environments/commands'
import { launchRollout } from '@/lib/rollouts/commands'
import { Policy } from '@/lib/rollouts/schema'
import { run } from './run'

/** Times that suit a first visit: the example brings its own traffic, so a step decides within a minute. */
const PACE = { burnIn: 15, minDwell: 15, minRequests: 100, maxDwell: 600, watch: 600, warmth: 1_800 }
/**
 * Nearly no request fails here: to prove a candidate's errors below 1 % takes seconds, below the default 0.1 % minutes. Everything shares one machine, whose own
 * hiccups decide the slowest requests of both versions alike: the median is judged, and differences below 10 ms do not count. The slow model takes 15 ms more.
 */
const GATES = [{ metric: 'errors', floor: 0.01 }, { metric: 'latency', quantiles: [0.5], floorMs: 10 }, { metric: 'accuracy' }]

/** prod-hybrid asks an approval once its first version is live; trial never does. */
const ENVIRONMENTS = [
  {
    slug: 'prod-hybrid',
    name: 'Production, hybrid',
    kind: 'hybrid',
    clusters: [
      { cluster: 'on-prem-1', wave: 1 },
      { cluster: 'cloud-1', wave: 2 },
    ],
    steps: [2_500, 5_000, 10_000],
    alias: 'champion',
    approvals: 1,
  },
  {
    slug: 'trial',
    name: 'Trial',
    kind: 'cloud',
    clusters: [{ cluster: 'trial-1', wave: 1 }],
    steps: [1_000, 2_500, 10_000],
    alias: null,
    approvals: 0,
  },
]

/** Makes both environments with an open policy, launches the first version there, and then sets the policy that stays. */
export async function prepareEnvironments(actors: Record<Role, Actor>, model: string): Promise<void> {
  for (const { approvals, alias, steps, ...environment } of ENVIRONMENTS) {
    const open = Policy.parse({ approvals: 0, alias, steps, gates: GATES, initialGates: [], pace: PACE })
    let there = await findEnvironment(environment.slug)
    if (!there) {
      await run(createEnvironment, actors.admin, { ...environment, policy: open })
      there = await findEnvironment(environment.slug)
    }
    if (there && there.endpoints.length === 0)
      await run(launchRollout, actors.engineer, { model, environment: environment.slug, version: 1, strategy: 'initial' })
    if (approvals > 0 && there?.policyVersion === 1)
      await run(editPolicy, actors.admin, { environment: environment.slug, basedOn: 1, policy: { ...open, approvals } })
  }
}

function findEnvironment(slug: string) {
  return db().environment.findUnique({ where: { slug }, select: { policyVersion: true, endpoints: { select: { id: true } } } })
}
