import { z } from 'zod'
import type { House } from '../house/house'
import { aliasOf, endpointIn, ledgerOf, phaseOf, rolloutsIn } from '../house/rollouts'
import { until } from '../house/wait'

/** What is there when a rollout has ended, as a stranger finds it. */
export interface Aftermath {
  phase: string
  /** The rollout's own sentence. */
  headline: string
  live: number | null
  alias: number | null
  /** How often this rollout moved the alias. */
  aliasMoves: number
  /** Sequence numbers of the ledger, in order. */
  seqs: number[]
  /** Positions whose step stands in the ledger more than once. */
  repeatedSteps: number
  /** Evidence rows that say more than the gateways counted in that slot, cluster and generation. */
  inflatedRows: number
  /** Slots without a row between a cluster's first and last. */
  missingSlots: number
  /** Per cluster: versions that answered our own requests, and how often. */
  answeredBy: Record<string, Record<string, number>>
  /** How many those were in all. */
  asked: number
}

/** Own requests to each cluster, once the rollout has ended. */
const REQUESTS = 100
const Endpoint = z.object({ clusters: z.array(z.object({ cluster: z.string(), address: z.string() })) })
const BODY = JSON.stringify({ inputs: [{ name: 'input', shape: [1, 8], datatype: 'FP32', data: [14, 3, 800, 0.2, 0.2, 0.2, 0.2, 12] }] })

export async function lookAt(house: House, rolloutId: string): Promise<Aftermath> {
  const ledger = await ledgerOf(house, rolloutId)
  const steps = ledger.flatMap(({ event }) => (event.kind === 'step' ? [`${event.place.wave}/${event.place.step}`] : []))
  const count = async (sql: string) => Number((await house.database.query<{ n: string }>(sql, [rolloutId])).rows[0].n)
  return {
    phase: await phaseOf(house, rolloutId),
    headline: (await rolloutsIn(house, 'prod-hybrid')).find((rollout) => rollout.id === rolloutId)?.headline ?? '',
    live: (await endpointIn(house, 'prod-hybrid')).live,
    alias: await aliasOf(house, 'champion'),
    aliasMoves: await count('select count(*) as n from alias_move where rollout_id = $1'),
    seqs: ledger.map((row) => row.seq),
    repeatedSteps: steps.length - new Set(steps).size,
    inflatedRows: await count(INFLATED),
    missingSlots: await count(MISSING),
    ...(await askEveryCluster(house)),
  }
}

/** Counts are arrays from 1: candidate's and stable's requests. Never more than the windows hold, which may have grown since (late), but not shrunk. */
const INFLATED = `
  select count(*) as n from telemetry.evidence e join rollout r on r.id = e.rollout
  where e.rollout = $1 and e.counts[1] + e.counts[2] > (
    select coalesce(sum(w.n), 0) from telemetry.series s join telemetry.window_5s w on w.series = s.id
    where s.endpoint_id = r.endpoint_id and s.cluster_id = e.cluster and s.segment = 0 and s.role in ('live', 'candidate')
      and s.version_id in (r.from_version_id, r.to_version_id) and w.slot = e.slot and w.generation = e.generation)`

const MISSING = `
  select coalesce(sum(extract(epoch from last - first) / 5 + 1 - slots), 0) as n from (
    select cluster, min(slot) as first, max(slot) as last, count(distinct slot) as slots from telemetry.evidence where rollout = $1 group by cluster) c`

async function askEveryCluster(house: House): Promise<Pick<Aftermath, 'answeredBy' | 'asked'>> {
  const { id } = await endpointIn(house, 'prod-hybrid')
  const { clusters } = await (await house.as('engineer')).get(`/api/v1/endpoints/${id}`, Endpoint)
  const answeredBy: Aftermath['answeredBy'] = {}
  for (const { cluster, address } of clusters) {
    const versions: Record<string, number> = {}
    for (let i = 0; i < REQUESTS; i++) {
      const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY })
      await answer.arrayBuffer()
      const version = answer.ok ? (answer.headers.get('x-model-version') ?? 'unnamed') : `status ${answer.status}`
      versions[version] = (versions[version] ?? 0) + 1
    }
    answeredBy[cluster] = versions
  }
  return { answeredBy, asked: clusters.length * REQUESTS }
}

const Report = z.object({ endpoints: z.array(z.object({ answered: z.number() })) })

/**
 * Ends the example's traffic, waits until every gateway has reported all of it, and resolves to what the client had answered with 200 and what the windows hold.
 * `own`: requests that a test sent itself, which the windows hold too.
 */
export async function countTraffic(house: House, own: number): Promise<{ answered: number; counted: number }> {
  const pid = house.pid('traffic')
  if (!pid) throw new Error('The traffic process does not run.')
  process.kill(pid, 'SIGTERM')
  await until({ what: 'the traffic has ended', seconds: 30 }, async () => house.pid('traffic') === undefined)
  const { rows } = await house.database.query<{ now: Date }>('select clock_timestamp() as now')
  await until({ what: 'every gateway has reported', seconds: 60 }, async () => {
    const sources = await house.database.query<{ watermark: Date }>(
      `select watermark from telemetry.source where not final and seen_at > clock_timestamp() - interval '5 s'`,
    )
    return sources.rows.length > 0 && sources.rows.every((source) => source.watermark > rows[0].now)
  })
  const process_ = await house.database.query<{ detail: unknown }>(
    `select detail from process where kind = 'traffic' order by seen_at desc limit 1`,
  )
  const windows = await house.database.query<{ n: string }>(
    `select coalesce(sum(w.n), 0) as n from telemetry.window_5s w join telemetry.series s on s.id = w.series where s.segment = 0 and s.role in ('live', 'candidate')`,
  )
  const answered = Report.parse(process_.rows[0]?.detail).endpoints.reduce((sum, endpoint) => sum + endpoint.answered, 0)
  return { answered: answered + own, counted: Number(windows.rows[0].n) }
}
