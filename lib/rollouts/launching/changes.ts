import { z } from 'zod'
import { askEngine } from '@/lib/environments/engine'
import { Problem } from '@/lib/errors'
import type { LaunchRollout, PlanDocument } from '../schema'
import { stepsAt } from '../steps'
import type { LaunchPreview } from '../view-schema'
import type { LaunchTarget } from './store'

const Changes = z.object({
  clusters: z.array(
    z.union([
      z.object({ cluster: z.string(), ok: z.literal(true), changes: z.array(z.object({ kind: z.string(), text: z.string() })) }),
      z.object({ cluster: z.string(), ok: z.literal(false), reason: z.string() }),
    ]),
  ),
})

/** What the engine would change on each cluster at the first step, and what the cluster would refuse; null: the engine did not answer. */
export async function previewChanges(target: LaunchTarget, plan: PlanDocument): Promise<LaunchPreview['changes']> {
  const answer = await askEngine('preview', {
    modelId: target.model.id,
    environmentId: target.environment.id,
    versionId: target.version.id,
    weight: stepsAt(plan, 0)[0],
    replicas: plan.waves[0]?.replicas ?? 1,
  })
  const parsed = answer.ok ? Changes.safeParse(answer.value) : null
  if (!parsed?.success) return null
  return parsed.data.clusters.map((each) => {
    if (!each.ok) return { cluster: each.cluster, lines: [each.reason], refusals: [] }
    const texts = (refused: boolean) => each.changes.filter(({ kind }) => (kind === 'refused') === refused).map(({ text }) => text)
    return { cluster: each.cluster, lines: texts(false), refusals: texts(true) }
  })
}

/**
 * What the clusters would refuse, one sentence each. Throws `invalid` with all of them, unless the launch is wanted despite them. A cluster or an engine that does not answer
 * refuses nothing: the rollout waits for it.
 */
export async function requireWilling(target: LaunchTarget, plan: PlanDocument, { despiteRefusals }: LaunchRollout): Promise<string[]> {
  const changes = (await previewChanges(target, plan)) ?? []
  const refusals = changes.flatMap(({ cluster, refusals: each }) => each.map((text) => `${cluster}: ${text}`))
  if (refusals.length === 0 || despiteRefusals) return refusals
  const fields = refusals.map((message) => ({ path: 'despiteRefusals', message }))
  throw new Problem(
    'invalid',
    `${refusals[0]} Mend it first, or launch despite it: the rollout then holds there until it is mended.`,
    fields,
  )
}
