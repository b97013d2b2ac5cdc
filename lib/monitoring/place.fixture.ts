import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/auth/actor'
import { db, pool } from '@/lib/db'
import { newId } from '@/lib/id'
import type { Flush, WindowRow } from './flush'

export interface Place {
  teamId: string
  endpointId: string
  clusterId: string
  live: string
  next: string
  /** Reads this team only. */
  reader: Actor
}

/** For tests: an endpoint on one cluster with a live version (threshold 0.25) and a second one, in a team of its own. */
export async function makePlace(): Promise<Place> {
  const [teamId, modelId, environmentId, clusterId, endpointId, live, next] = Array.from({ length: 7 }, newId)
  const name = randomUUID().slice(0, 8)
  await db().team.create({ data: { id: teamId, slug: `team-${name}`, name } })
  await db().model.create({ data: { id: modelId, teamId, slug: `model-${name}`, name: `Model ${name}`, task: 'binary' } })
  for (const [i, id] of [live, next].entries()) {
    const artifact = { digest: String(i).repeat(64), bytes: 1, format: 'onnx', signature: {}, status: 'ready' }
    await db().modelVersion.create({
      data: { id, modelId, number: i + 1, threshold: 0.25, ...artifact, authorId: newId(), authorName: 'A' },
    })
  }
  await db().environment.create({ data: { id: environmentId, slug: `env-${name}`, name: `Env ${name}`, kind: 'cloud' } })
  await db().cluster.create({ data: { id: clusterId, name: `cluster-${name}`, driver: 'local', location: 'cloud', config: {} } })
  await db().endpoint.create({ data: { id: endpointId, modelId, environmentId, liveVersionId: live, wakeAt: new Date() } })
  await db().endpointCluster.create({ data: { endpointId, clusterId } })
  return { teamId, endpointId, clusterId, live, next, reader: readerOf(teamId) }
}

/** A viewer of one team, or of all. */
export function readerOf(teamId: string | null): Actor {
  const grants = [{ role: 'viewer' as const, teamId, environmentId: null }]
  return { kind: 'member', id: newId(), memberId: null, name: 'Vera', signedInAs: null, grants, scopes: null }
}

/** Database time in ms. */
export async function now(): Promise<number> {
  const { rows } = await pool().query<{ now: Date }>('select clock_timestamp() as now')
  return rows[0].now.getTime()
}

/** A window of 4 requests of 1 ms, all good. */
export function windowOf({ endpointId, live }: Place, slot: number, change: Partial<WindowRow> = {}): WindowRow {
  const counts = { n: 4, bad: 0, clientErrors: 0, shed: 0, aborted: 0, fallback: 0, latencySumMs: 4, latencyMaxMs: 1, labelRate: 1 }
  return { endpointId, versionId: live, role: 'live', segment: 0, slot, generation: 1, ...counts, latency: [[0, 4]], ...change }
}

export function flushOf(watermark: number, change: Partial<Flush> = {}): Flush {
  return { boot: randomUUID(), watermark, final: false, windows: [], features: [], predictions: [], samples: [], ...change }
}

/** As if the source had been counting since then. */
export async function beganAt(boot: string, at: number): Promise<void> {
  await pool().query('update telemetry.source set first_seen_at = $2 where boot = $1', [boot, new Date(at)])
}
