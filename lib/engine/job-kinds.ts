import { z } from 'zod'
import { collectUnused } from '@/lib/artifacts/collect'
import { db } from '@/lib/db'
import { makePartitions, retain } from '@/lib/monitoring/retention'
import { rollUp } from '@/lib/monitoring/rollup'
import { runCheck } from './check-run'
import { COMPARE_EVERY_MS, countTraffic } from './count-traffic'
import type { JobKinds } from './jobs'
import type { ClusterPorts, Observer } from './observer'
import { PROBE_EVERY_MS, probeClusters } from './probe-clusters'
import { MEASURE_EVERY_MS, measureReturns } from './return-times'
import { WATCH_EVERY_MS, watchClusters } from './watch-clusters'

const MINUTE_MS = 60_000
const CheckRun = z.object({ versionId: z.uuid() })
/** How long an answer is kept for a request that is sent again. */
const IDEMPOTENCY_MS = 86_400_000

/** Periodic work that is quick: it never waits behind a check run. */
export function houseKinds(ports: ClusterPorts): JobKinds {
  return {
    partitions: periodic(60 * MINUTE_MS, (now) => makePartitions(now)),
    rollup: periodic(MINUTE_MS, () => rollUp()),
    'return-times': periodic(MEASURE_EVERY_MS, (now) => measureReturns(now)),
    retention: periodic(10 * MINUTE_MS, (now) => retain(now)),
    'cluster-probe': periodic(PROBE_EVERY_MS, () => probeClusters(ports)),
    'artifact-collection': periodic(60 * MINUTE_MS, () => collectUnused(Date.now())),
    'idempotency-cleanup': periodic(60 * MINUTE_MS, (now) =>
      db().idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(now.getTime() - IDEMPOTENCY_MS) } } }),
    ),
  }
}

/** What must not wait behind anything: pages call a cluster silent after 10 s. */
export function watchKinds(ports: ClusterPorts, observer: Observer): JobKinds {
  return { 'cluster-watch': periodic(WATCH_EVERY_MS, () => watchClusters(ports, observer)) }
}

/** What was counted against the weights: a Prometheus may be slow, and keeps nothing else waiting. */
export function trafficKinds({ sealingKey }: ClusterPorts): JobKinds {
  return { 'counted-traffic': periodic(COMPARE_EVERY_MS, (now) => countTraffic(now.getTime(), sealingKey)) }
}

/** Work that takes a processor for a while: one at a time per engine. */
export const HEAVY_KINDS: JobKinds = {
  'check-run': {
    periodic: false,
    async run(job) {
      await runCheck(CheckRun.parse(job.payload).versionId)
      return null
    },
  },
}

function periodic(everyMs: number, work: (now: Date) => Promise<unknown>): JobKinds[string] {
  return {
    periodic: true,
    async run(_job, nowMs) {
      await work(new Date(nowMs))
      return everyMs
    },
  }
}
