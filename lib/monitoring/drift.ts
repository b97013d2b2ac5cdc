import { z } from 'zod'
import { driftFromBaseline } from '@/lib/analysis/divergence'
import { db, pool } from '@/lib/db'
import type { DriftRow, Span } from './schema'

const Profile = z.object({ name: z.string(), edges: z.array(z.number()), counts: z.array(z.number()) })
const Features = z.array(Profile)

interface Row {
  versionId: string
  baseline: string
  feature: number
  counts: number[][]
}

/** Drift of each feature and of the score (last) of every version that an endpoint served in the span, largest debiased PSI first. Counts are never merged across baselines. */
export async function driftOf(endpointId: string, span: Span): Promise<DriftRow[]> {
  const { rows } = await pool().query<Row>(
    `select s.version_id as "versionId", h.baseline, h.feature, jsonb_agg(h.counts) as counts
     from telemetry.feature_histogram h join telemetry.series s on s.id = h.series
     where s.endpoint_id = $1 and s.segment = 0 and s.role in ('live', 'candidate') and h.slot >= $2 and h.slot < $3 group by 1, 2, 3`,
    [endpointId, span.from, span.to],
  )
  const baselines = await db().baseline.findMany({
    where: { id: { in: rows.map((row) => row.baseline) } },
    include: { version: { select: { number: true } } },
  })
  return rows
    .flatMap((row) => {
      const baseline = baselines.find((candidate) => candidate.id === row.baseline)
      const profile = row.feature < 0 ? Profile.safeParse(baseline?.score).data : Features.safeParse(baseline?.features).data?.[row.feature]
      const live = row.counts.reduce((a, b) => a.map((count, i) => count + b[i]))
      if (!baseline || !profile || profile.counts.length !== live.length) return []
      const drift = driftFromBaseline(live, profile.counts)
      const name = row.feature < 0 ? 'score' : profile.name
      return [
        {
          versionId: row.versionId,
          number: baseline.version.number,
          feature: name,
          edges: profile.edges,
          baseline: profile.counts,
          live,
          ...drift,
        },
      ]
    })
    .sort((a, b) => b.psiDebiased - a.psiDebiased)
}
