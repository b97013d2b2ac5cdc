import { z } from 'zod'
import { driftFromBaseline } from '@/lib/analysis/divergence'
import { db, pool } from '@/lib/db'
import { sumsOf } from './bins'
import type { DriftRow, Span } from './schema'

const Profile = z.object({ name: z.string(), edges: z.array(z.number()), counts: z.array(z.number()) })
export const Profiles = z.array(Profile)
type Profile = z.infer<typeof Profile>

interface Row {
  versionId: string
  baseline: string
  feature: number
  width: number
  counts: number[]
}

/**
 * Drift of each feature and of the score of every version that an endpoint served in the span: what can be judged first, largest debiased PSI first. Counts are never merged
 * across baselines.
 */
export async function driftOf(endpointId: string, span: Span): Promise<DriftRow[]> {
  const baselines = await baselinesOf(endpointId)
  const widest = Math.max(
    0,
    ...baselines.flatMap(({ features, score }) => [...features, ...(score ? [score] : [])]).map((p) => p.counts.length),
  )
  if (widest === 0) return []
  const { rows } = await pool().query<Row>(
    `select s.version_id as "versionId", h.baseline, h.feature, max(cardinality(h.counts)) as width, ${sumsOf('h.counts', widest)} as counts
     from telemetry.series s join telemetry.feature_histogram h on h.series = s.id
     where s.endpoint_id = $1 and s.segment = 0 and s.role in ('live', 'candidate') and h.slot >= $2 and h.slot < $3 group by 1, 2, 3`,
    [endpointId, span.from, span.to],
  )
  return rows
    .flatMap((row) => {
      const baseline = baselines.find((candidate) => candidate.id === row.baseline)
      const profile = row.feature < 0 ? baseline?.score : baseline?.features[row.feature]
      if (!baseline || !profile || profile.counts.length !== row.width) return []
      const live = row.counts.slice(0, row.width)
      const drift = driftFromBaseline(live, profile.counts)
      const feature = row.feature < 0 ? 'score' : profile.name
      return [
        { versionId: row.versionId, number: baseline.number, feature, edges: profile.edges, baseline: profile.counts, live, ...drift },
      ]
    })
    .sort((a, b) => Number(b.enough) - Number(a.enough) || b.psiDebiased - a.psiDebiased)
}

/** The baselines of all versions that ever served here. */
async function baselinesOf(endpointId: string): Promise<{ id: string; number: number; features: Profile[]; score: Profile | null }[]> {
  const { rows } = await pool().query<{ versionId: string }>(
    'select distinct version_id as "versionId" from telemetry.series where endpoint_id = $1',
    [endpointId],
  )
  const baselines = await db().baseline.findMany({
    where: { versionId: { in: rows.map((row) => row.versionId) } },
    select: { id: true, features: true, score: true, version: { select: { number: true } } },
  })
  return baselines.map((baseline) => ({
    id: baseline.id,
    number: baseline.version.number,
    features: Profiles.safeParse(baseline.features).data ?? [],
    score: Profile.safeParse(baseline.score).data ?? null,
  }))
}
