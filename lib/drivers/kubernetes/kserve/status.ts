import * as z from 'zod'
import { LABELS } from '../render/names'

const Condition = z.object({
  type: z.string(),
  status: z.string().default('Unknown'),
  reason: z.string().default(''),
  message: z.string().default(''),
})

/** What is read of an InferenceService. `status` is KServe's, who may not have looked yet. */
export const InferenceService = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ predictor: z.object({ labels: z.record(z.string(), z.string()).default({}) }) }),
  status: z.object({ deploymentMode: z.string().default(''), conditions: z.array(Condition).default([]) }).prefault({}),
})
export type InferenceService = z.output<typeof InferenceService>

/** Ways to deploy that come to a Deployment. */
const DEPLOYMENTS = new Set(['Standard', 'RawDeployment'])

/**
 * Why KServe does not run a version, in words; null where it does, or says nothing that its pods do not say themselves. Whether a version is ready is never asked of
 * KServe: it says so of one replica out of many, and the generation that it has observed is its Deployment's, not the InferenceService's own.
 * `deployed`: its Deployment is there.
 */
export function troubleOf({ metadata: { name, annotations }, status }: InferenceService, deployed: boolean): string | null {
  const { deploymentMode, conditions } = status
  if (annotations['serving.kserve.io/stop'] === 'true')
    return `InferenceService ${name} was stopped by its annotation serving.kserve.io/stop: take that away.`
  if (deploymentMode && !DEPLOYMENTS.has(deploymentMode))
    return `KServe runs InferenceService ${name} by ${deploymentMode}, and Slipway needs Standard: delete it, and Slipway makes it anew.`
  const ready = conditions.find(({ type }) => type === 'PredictorReady')
  if (ready?.status === 'False' && (!deployed || ready.reason === 'ReconcileFailed'))
    return `KServe does not run InferenceService ${name}: ${[ready.reason, ready.message].filter(Boolean).join(': ') || 'it says not why'}.`
  if (!deployed && conditions.length === 0)
    return `KServe has not taken up InferenceService ${name}: does its controller run, and look at this namespace?`
  return null
}

/** Troubles by the names of versions. `deployed`: names of the versions whose Deployments are there. */
export function troublesOf(services: readonly InferenceService[], deployed: ReadonlySet<string>): Map<string, string> {
  return new Map(
    services.flatMap((service) => {
      const version = service.spec.predictor.labels[LABELS.name]
      const trouble = version ? troubleOf(service, deployed.has(version)) : null
      return version && trouble ? [[version, trouble] as const] : []
    }),
  )
}
