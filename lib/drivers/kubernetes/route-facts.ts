import * as z from 'zod'
import { FULL } from '@/lib/endpoints/wish'
import { hashOf, type RecordArm } from './record'

const Ref = z.object({
  group: z.string().default(''),
  kind: z.string().default('Service'),
  name: z.string(),
  namespace: z.string().optional(),
  port: z.number().optional(),
})
const Rule = z.object({
  matches: z
    .array(
      z.object({
        path: z.object({ type: z.string(), value: z.string() }).partial().optional(),
        headers: z.array(z.object({ type: z.string().default('Exact'), name: z.string(), value: z.string() })).default([]),
        queryParams: z.array(z.unknown()).default([]),
        method: z.string().optional(),
      }),
    )
    .default([]),
  filters: z.array(z.looseObject({ type: z.string() })).default([]),
  backendRefs: z.array(Ref.extend({ weight: z.number().default(1) })).default([]),
})
const RouteSpec = z.object({
  parentRefs: z
    .array(Ref.extend({ group: z.string().default('gateway.networking.k8s.io'), kind: z.string().default('Gateway') }))
    .default([]),
  hostnames: z.array(z.string()).default([]),
  rules: z.array(Rule).default([]),
})

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  observedGeneration: z.number().default(-1),
})
const ParentStatus = z.object({
  parentRef: z.object({ name: z.string(), namespace: z.string().optional() }),
  conditions: z.array(Condition).default([]),
})

/**
 * Hash of what a route's spec says of routing: where it is attached, what it matches, its backends and weights. Fields that a later API may default are left out, so
 * that the same rules have the same hash before and after they were stored.
 */
export function routeHash(spec: unknown): string {
  const parsed = RouteSpec.safeParse(spec ?? {})
  return parsed.success ? hashOf(parsed.data) : 'unreadable'
}

/**
 * Weights by arm, in basis points, as the rule without a header match has them; what goes to backends that are not ours is nobody's. A route without such a rule
 * gives none.
 */
export function routeWeights(spec: unknown, arms: readonly Pick<RecordArm, 'name' | 'versionId'>[]): Map<string, number> {
  const rule = RouteSpec.safeParse(spec ?? {}).data?.rules.find((each) => each.matches.every((match) => match.headers.length === 0))
  const refs = rule?.backendRefs ?? []
  const total = refs.reduce((sum, ref) => sum + ref.weight, 0)
  return new Map(
    arms.map(({ name, versionId }) => {
      const own = refs.filter((ref) => ref.name === name).reduce((sum, ref) => sum + ref.weight, 0)
      return [versionId, total === 0 ? 0 : Math.round((own * FULL) / total)]
    }),
  )
}

type Acceptance = { kind: 'accepted' } | { kind: 'pending' } | { kind: 'refused'; reason: string }

/**
 * What the gateway says of the rules as they stand: accepted only when every parent says Accepted and ResolvedRefs of this very generation of the route. There is
 * no condition that says that the data plane has them: that shows in what is counted.
 */
export function acceptance(route: { metadata?: { generation?: number }; spec?: unknown; status?: { parents?: unknown } }): Acceptance {
  const wanted = RouteSpec.safeParse(route.spec ?? {}).data?.parentRefs ?? []
  const parents = z.array(ParentStatus).safeParse(route.status?.parents ?? []).data ?? []
  const generation = route.metadata?.generation ?? -1
  let pending = false
  for (const ref of wanted) {
    const status = parents.find(({ parentRef }) => parentRef.name === ref.name && (parentRef.namespace ?? ref.namespace) === ref.namespace)
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = status?.conditions.find((each) => each.type === type && each.observedGeneration === generation)
      if (condition?.status === 'False') return { kind: 'refused', reason: `${type}: ${condition.reason}. ${condition.message}`.trim() }
      if (condition?.status !== 'True') pending = true
    }
  }
  return pending ? { kind: 'pending' } : { kind: 'accepted' }
}

/** What the gateway says of several routes together: the first that it refuses, or has not accepted yet. */
export function acceptedAll(routes: readonly Parameters<typeof acceptance>[0][]): Acceptance {
  const said = routes.map(acceptance)
  return said.find(({ kind }) => kind === 'refused') ?? said.find(({ kind }) => kind === 'pending') ?? { kind: 'accepted' }
}
