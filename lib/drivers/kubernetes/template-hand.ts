import * as z from 'zod'
import { ANNOTATIONS, LABELS, MANAGER } from './render/names'

/** One writer of an object's fields, as the API server keeps them. */
export const ManagedFields = z.object({
  manager: z.string().default(''),
  operation: z.string().default(''),
  subresource: z.string().default(''),
  time: z.string().nullish(),
  fieldsV1: z.unknown().optional(),
})

/** What runs in a pod: an annotation beside it (`kubectl rollout restart`) is not of it. */
const InPods = z.object({ 'f:spec': z.object({ 'f:template': z.object({ 'f:spec': z.unknown() }) }) })

interface Templated {
  metadata: {
    labels?: Record<string, string>
    annotations: Record<string, string>
    managedFields: readonly z.output<typeof ManagedFields>[]
  }
}

/**
 * Who else than us wrote into what a Deployment's pods run since we last put it back, by the name it gave itself; null: nobody. Kubernetes counts whole seconds: a change in the very
 * second in which we put it back counts as later, and is put back once more. A Deployment that KServe made is KServe's to keep.
 */
export function templateHand({ metadata }: Templated): { manager: string; at: number } | null {
  if (metadata.labels?.[LABELS.name] !== undefined) return null
  const restored = Date.parse(metadata.annotations[ANNOTATIONS.restored] ?? '')
  const hands = metadata.managedFields
    .filter(({ manager, subresource, fieldsV1 }) => subresource === '' && manager !== MANAGER && InPods.safeParse(fieldsV1).success)
    .map(({ manager, time }) => ({ manager: manager || 'somebody', at: Date.parse(time ?? '') || 0 }))
    .filter(({ at }) => !Number.isFinite(restored) || at >= Math.floor(restored / 1_000) * 1_000)
  return hands.sort((a, b) => b.at - a.at)[0] ?? null
}

/** The changes by which a Deployment's pods are ours again as a whole: an apply would leave what others added. `template`: as rendered. */
export function restoringPatch(template: unknown, now: Date) {
  const annotation = `/metadata/annotations/${ANNOTATIONS.restored.replace('/', '~1')}`
  return [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'add', path: annotation, value: now.toISOString() },
  ]
}
