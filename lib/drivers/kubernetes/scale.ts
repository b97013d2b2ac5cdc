import type { Failure } from './answer'
import type { Hand } from './clients'
import { ANNOTATIONS } from './render/names'
import type { KubeObject } from './render/object'

/** What is read of a Deployment to scale it. */
interface Scaled {
  metadata: { name: string; annotations: Record<string, string> }
  spec: { replicas: number }
}

/** Least replicas by the name of each Deployment that an autoscaler scales. */
export function minima(objects: readonly KubeObject[]): Map<string, number> {
  return new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata, spec }) => [metadata.name, (spec as { minReplicas: number }).minReplicas]),
  )
}

/** Whether an autoscaler scales it by what we last wrote. */
export function isAutoscaled({ metadata }: Pick<Scaled, 'metadata'>): boolean {
  return ANNOTATIONS.scale in metadata.annotations
}

/** Replicas that a Deployment goes on with under an autoscaler: those that it has, and never less than the least. */
export function scaledTo(there: Pick<Scaled, 'spec'> | undefined, least: number): number {
  return Math.max(there?.spec.replicas ?? 0, least)
}

/** Autoscalers whose Deployment has a fixed scale from now on. They end before it is written: two would write its replicas. */
export function autoscalersEnded(objects: readonly KubeObject[], there: readonly Scaled[]) {
  const fixed = new Set(
    objects.filter(({ kind, metadata }) => kind === 'Deployment' && !metadata.annotations?.[ANNOTATIONS.scale]).map(nameOf),
  )
  return there.filter((each) => isAutoscaled(each) && fixed.has(each.metadata.name)).map(({ metadata: { name } }) => autoscaler(name))
}

export function autoscaler(name: string) {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name } }
}

/**
 * Says how many replicas these Deployments have, beside all that is applied: an apply of ours does not own that field, so that an autoscaler may move it. Where ours
 * owned it before, it is said first: a field that nobody owns falls back to 1.
 */
export async function writeScales(hand: Hand, scales: ReadonlyMap<string, number>, signal: AbortSignal): Promise<Failure | null> {
  const answers = await Promise.all([...scales].map(([name, replicas]) => hand.client.scale(name, replicas, signal)))
  const failed = answers.find((answer) => !answer.ok)
  return failed && !failed.ok ? failed : null
}

/** Deployments whose replicas must be said: `before` they are applied (those that are there), and after (those that are new). */
export function scalesDue(due: readonly KubeObject[], objects: readonly KubeObject[], there: readonly Scaled[]) {
  const least = minima(objects)
  const known = new Map(there.map((each) => [each.metadata.name, each]))
  const before = new Map<string, number>()
  const after = new Map<string, number>()
  for (const { kind, metadata } of due) {
    const min = least.get(metadata.name)
    if (kind !== 'Deployment' || min === undefined) continue
    const was = known.get(metadata.name)
    if (!was) after.set(metadata.name, min)
    else if (!isAutoscaled(was) || was.spec.replicas < min) before.set(metadata.name, scaledTo(was, min))
  }
  return { before, after }
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name
}
