import type { Sql } from '@/lib/db'
import { log } from '@/lib/log'
import { LEASE_MS } from './claim'
import type { EngineClock } from './clock'

export interface JobRow {
  key: string
  kind: string
  payload: unknown
  attempts: number
}

/** What a kind of job does. The answer says when it is due again, in ms from now; null: it is done for good. */
export interface JobKind {
  /** Made at the engine's start, when missing: periodic work has one row, with the kind as its key. */
  periodic: boolean
  run(job: JobRow, nowMs: number): Promise<number | null>
}
export type JobKinds = Record<string, JobKind>

const RETRY_MS = 5_000
const RETRY_MAX_MS = 600_000

/** Adds the rows of periodic work that are not there. */
export async function seedJobs(sql: Sql, kinds: JobKinds, nowMs: number): Promise<void> {
  for (const [kind, { periodic }] of Object.entries(kinds)) {
    if (periodic)
      await sql.$executeRaw`insert into job (key, kind, due) values (${kind}, ${kind}, ${new Date(nowMs)}) on conflict do nothing`
  }
}

/** Claims one due job and runs it, its lease renewed meanwhile. False when none is due. */
export async function runDueJob(sql: Sql, clock: EngineClock, owner: string, kinds: JobKinds): Promise<boolean> {
  const nowMs = await clock.now()
  const known = Object.keys(kinds)
  const rows = await sql.$queryRaw<JobRow[]>`
    update job set lease_owner = ${owner}::uuid, lease_until = ${new Date(nowMs + LEASE_MS)}, attempts = attempts + 1
    where key = (
      select key from job where due <= ${new Date(nowMs)} and (lease_until is null or lease_until <= ${new Date(nowMs)}) and kind = any(${known})
      order by due limit 1 for update skip locked
    )
    returning key, kind, payload, attempts`
  const job = rows[0]
  const kind = job && kinds[job.kind]
  if (!kind) return false
  const renewal = setInterval(() => {
    void clock
      .now()
      .then(
        (now) =>
          sql.$executeRaw`update job set lease_until = ${new Date(now + LEASE_MS)} where key = ${job.key} and lease_owner = ${owner}::uuid`,
      )
      .catch((error) => log.warn({ err: error, job: job.key }, 'job lease not renewed'))
  }, LEASE_MS / 3)
  try {
    await finish(sql, owner, job, await kind.run(job, nowMs), nowMs)
  } catch (error) {
    log.error({ err: error, job: job.key, attempts: job.attempts }, 'job failed')
    await fail(sql, owner, job, error, nowMs)
  } finally {
    clearInterval(renewal)
  }
  return true
}

async function finish(sql: Sql, owner: string, job: JobRow, againMs: number | null, nowMs: number): Promise<void> {
  if (againMs === null) await sql.$executeRaw`delete from job where key = ${job.key} and lease_owner = ${owner}::uuid`
  else
    await sql.$executeRaw`
      update job set due = ${new Date(nowMs + againMs)}, lease_owner = null, lease_until = null, attempts = 0, last_error = null
      where key = ${job.key} and lease_owner = ${owner}::uuid`
}

async function fail(sql: Sql, owner: string, job: JobRow, error: unknown, nowMs: number): Promise<void> {
  const waitMs = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(10, job.attempts - 1))
  const message = error instanceof Error ? error.message : String(error)
  await sql.$executeRaw`
    update job set due = ${new Date(nowMs + waitMs)}, lease_owner = null, lease_until = null, last_error = ${message.slice(0, 1_000)}
    where key = ${job.key} and lease_owner = ${owner}::uuid`
}
