import { setTimeout as pause } from 'node:timers/promises'
import type { Api } from './api'

const AGAIN_MS = 200

export interface Followed {
  metadata: { name: string; namespace?: string; uid: string }
}

/** What is done with the objects of a collection. */
interface Follower<T> {
  /** One is there, or has changed. */
  saw(object: T): void
  /** One is gone. */
  lost(object: T): void
}

/**
 * Follows a collection until the signal: all that is there, then what changes. Where the API server is gone or being started again it lists anew, and tells what went
 * away meanwhile.
 */
export async function follow<T extends Followed>(api: Api, path: string, { saw, lost }: Follower<T>, signal: AbortSignal): Promise<void> {
  const known = new Map<string, T>()
  const take = (object: T) => {
    known.set(object.metadata.uid, object)
    saw(object)
  }
  const drop = (object: T) => {
    if (known.delete(object.metadata.uid)) lost(object)
  }
  while (!signal.aborted) {
    try {
      const { items, metadata } = await api.get<{ items: T[]; metadata: { resourceVersion: string } }>(path)
      const there = new Set(items.map((each) => each.metadata.uid))
      for (const [uid, object] of known) if (!there.has(uid)) drop(object)
      for (const object of items) take(object)
      for await (const { type, object } of api.watch<T>(path, metadata.resourceVersion, signal)) {
        if (type === 'DELETED') drop(object)
        else take(object)
      }
    } catch {
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
