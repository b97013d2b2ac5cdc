import type { Wish, WishArm } from './wish'

/** One line of what another wish changes, for people. */
interface WishChange {
  kind: 'start' | 'stop' | 'weight' | 'keys' | 'mirror'
  text: string
}

/** What is remembered of the present wish; `sameKeys` and `sameMirror`: the next one asks for the same. */
interface PresentWish {
  arms: readonly Pick<WishArm, 'versionId' | 'number' | 'replicas' | 'weight'>[]
  sameKeys: boolean
  sameMirror: boolean
}

/** The change from the present wish to the next one in words: versions, replicas, weights, keys, copies. Pure. */
export function wishChanges({ arms, sameKeys, sameMirror }: PresentWish, next: Wish): WishChange[] {
  const before = new Map(arms.map((arm) => [arm.versionId, arm]))
  const kept = new Set(next.arms.map((arm) => arm.versionId))
  return [
    ...next.arms.flatMap((arm) => armChanges(before.get(arm.versionId), arm)),
    ...arms
      .filter((arm) => !kept.has(arm.versionId))
      .map(({ number }): WishChange => ({ kind: 'stop', text: `Stop version ${number} once its requests are answered.` })),
    ...(sameKeys ? [] : [keysChange(next)]),
    ...(sameMirror ? [] : [mirrorChange(next)]),
  ]
}

function armChanges(was: PresentWish['arms'][number] | undefined, { number, replicas, weight }: WishArm): WishChange[] {
  const more = replicas - (was?.replicas ?? 0)
  const from = was?.weight ?? 0
  return [
    ...(more > 0 ? [{ kind: 'start' as const, text: `Start ${count(more)} of version ${number}.` }] : []),
    ...(more < 0 ? [{ kind: 'stop' as const, text: `Stop ${count(-more)} of version ${number}.` }] : []),
    ...(weight === from
      ? []
      : [{ kind: 'weight' as const, text: `Version ${number}: from ${percent(from)} to ${percent(weight)} of requests.` }]),
  ]
}

function keysChange({ keys }: Wish): WishChange {
  return { kind: 'keys', text: keys.length === 0 ? 'No key is needed any more.' : `${keys.length} keys are accepted.` }
}

function mirrorChange({ mirror, arms }: Wish): WishChange {
  if (!mirror) return { kind: 'mirror', text: 'No request is copied any more.' }
  const number = arms.find((arm) => arm.versionId === mirror.versionId)?.number
  return { kind: 'mirror', text: `Version ${number}: also copies of ${percent(mirror.share)} of live requests.` }
}

function count(replicas: number): string {
  return replicas === 1 ? 'one replica' : `${replicas} replicas`
}

function percent(weight: number): string {
  return `${weight / 100} %`
}
