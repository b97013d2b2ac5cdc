import type { Wish } from '@/lib/endpoints/wish'
import { canonicalJson } from '@/lib/endpoints/wish-hash'
import type { ChangeLine } from './schema'

/** What would change if a wish were applied over the present one (null: nothing is there). */
export function changes(before: Wish | null, after: Wish): ChangeLine[] {
  const old = new Map(before?.arms.map((arm) => [arm.versionId, arm]))
  const kept = new Set(after.arms.map((arm) => arm.versionId))
  const lines = after.arms.flatMap((arm): ChangeLine[] => {
    const was = old.get(arm.versionId)
    const more = arm.replicas - (was?.replicas ?? 0)
    return [
      ...(more > 0 ? [{ kind: 'start' as const, text: `Start ${count(more)} of version ${arm.number}.` }] : []),
      ...(more < 0 ? [{ kind: 'stop' as const, text: `Stop ${count(-more)} of version ${arm.number}.` }] : []),
      ...(arm.weight === (was?.weight ?? 0)
        ? []
        : [
            {
              kind: 'weight' as const,
              text: `Version ${arm.number}: from ${percent(was?.weight ?? 0)} to ${percent(arm.weight)} of requests.`,
            },
          ]),
    ]
  })
  for (const arm of before?.arms ?? []) {
    if (!kept.has(arm.versionId)) lines.push({ kind: 'stop', text: `Stop version ${arm.number} once its requests are answered.` })
  }
  if (canonicalJson(before?.keys ?? []) !== canonicalJson(after.keys)) {
    lines.push({ kind: 'keys', text: after.keys.length === 0 ? 'No key is needed any more.' : `${after.keys.length} keys are accepted.` })
  }
  return lines.length > 0 ? lines : [{ kind: 'none', text: 'Nothing would change.' }]
}

function count(replicas: number): string {
  return replicas === 1 ? 'one replica' : `${replicas} replicas`
}

function percent(weight: number): string {
  return `${weight / 100} %`
}
