import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { Signature } from '@/lib/artifacts/schema'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { scoreOutput } from '@/lib/serving/model-server/score'
import type { CheckRun } from '@/lib/versions/check-run-schema'
import { qualityOf, quantileOf } from '@/lib/versions/measure'
import { profile } from '@/lib/versions/profile'
import type { FeatureRow } from '@/lib/versions/request-rows'
import { readSample } from '@/lib/versions/sample'
import { saveCheckRun } from '@/lib/versions/store'
import { ArtifactMissing, fetchArtifact } from './artifact-fetch'
import { type TrialReport, tryModel } from './check-run-trial'

/** How the check run comes to the bytes; tests bring their own. */
export interface CheckPorts {
  fetch(digest: string, file: string): Promise<void>
}

/** At most so many rows of the sample are tried: enough for an AUC to the third digit. */
const TRIED_ROWS = 20_000

type Version = NonNullable<Awaited<ReturnType<typeof readVersion>>>

/**
 * The trial of a version before it is `ready`: its model in a bounded server over its sample, or over made-up rows. Stores what it saw; the version is then
 * `ready`, or `failed` with the reason. Throws only for what is not the version's fault (web or database away): the job tries again.
 */
export async function runCheck(versionId: string, ports: CheckPorts = { fetch: fetchArtifact }): Promise<void> {
  const version = await readVersion(versionId)
  if (version?.status !== 'pending') return
  const folder = path.resolve(env().SLIPWAY_DATA_DIR, 'check-runs')
  await mkdir(folder, { recursive: true })
  const room = await mkdtemp(path.join(folder, 'run-'))
  try {
    const { run, scores } = await checked(version, ports, room)
    const usable = scores.filter((score): score is number => score !== null)
    const score = version.baseline && run.ok && usable.length > 0 ? profile('score', usable) : null
    await db().$transaction(async (tx) => saveCheckRun(tx, version, run, score, await databaseNow(tx)))
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

async function readVersion(id: string) {
  return db().modelVersion.findUnique({
    where: { id },
    include: { model: { select: { slug: true } }, baseline: { select: { id: true, sampleDigest: true, sample: true, labels: true } } },
  })
}

interface Rows {
  rows: FeatureRow[]
  labels: (number | null)[] | null
}

async function checked(version: Version, ports: CheckPorts, room: string): Promise<{ run: CheckRun; scores: (number | null)[] }> {
  const signature = Signature.parse(version.signature)
  const artifact = path.join(room, 'model.onnx')
  const at = (await databaseNow(db())).toISOString()
  try {
    await ports.fetch(version.digest, artifact)
    const sample = await sampleRows(version, signature, ports, path.join(room, 'sample'))
    const report = await tryModel({
      ...{ model: version.model.slug, version: version.number, artifact, bytes: Number(version.bytes) },
      ...{ threshold: version.threshold, signature, rows: sample?.rows ?? null },
    })
    return { run: judged(at, version, signature, report, sample), scores: report.scores }
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error
    const nothing: TrialReport = {
      reason: error.message,
      rows: 0,
      errors: 0,
      scores: [],
      runMs: [],
      loadMs: null,
      memoryBytes: null,
      log: [],
    }
    return { run: judged(at, version, signature, nothing, null), scores: [] }
  }
}

async function sampleRows(version: Version, signature: Signature, ports: CheckPorts, file: string): Promise<Rows | null> {
  const baseline = version.baseline
  if (!baseline) return null
  if (!baseline.sampleDigest) return { rows: baseline.sample as FeatureRow[], labels: baseline.labels as (number | null)[] | null }
  await ports.fetch(baseline.sampleDigest, file)
  const sample = await readSample(createReadStream(file), signature, { rows: TRIED_ROWS, beyond: 'cut' })
  const orNull = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null)
  const rows = Array.from({ length: sample.rows }, (_item, row) => sample.columns.map((column) => orNull(column[row])))
  return { rows, labels: sample.labels?.map(orNull) ?? null }
}

function judged(at: string, version: Version, signature: Signature, report: TrialReport, sample: Rows | null): CheckRun {
  const name = scoreOutput(signature.outputs)
  const usable = report.scores.filter((score): score is number => score !== null)
  const output = name !== null && usable.length > 0 ? { name, ...range(usable), notFinite: report.scores.length - usable.length } : null
  const reason = reasonOf(version, report, name, usable.length)
  return {
    ...{ at, ok: reason === null, reason, source: sample ? 'sample' : 'synthetic', rows: report.rows, errors: report.errors },
    loadMs: report.loadMs,
    p50Ms: quantileOf(report.runMs, 0.5),
    p95Ms: quantileOf(report.runMs, 0.95),
    memoryBytes: report.memoryBytes,
    output,
    quality: sample?.labels ? qualityOf(report.scores, sample.labels, version.threshold) : null,
    log: report.log,
  }
}

function reasonOf(version: Version, report: TrialReport, output: string | null, usable: number): string | null {
  if (report.errors > 0) return `${report.errors} of ${report.rows} rows failed. The first said: ${report.reason}`
  if (report.reason !== null) return report.reason
  if (report.rows === 0) return 'No row could be tried: the sample is shorter than one request of the model.'
  if (version.threshold !== null && output === null)
    return 'It has a decision threshold, but no output that gives one floating-point number per row to compare with it.'
  if (output !== null && usable === 0) return `Its output "${output}" gave no finite number on ${report.rows} rows.`
  return null
}

function range(values: readonly number[]): { min: number; max: number } {
  return values.reduce((seen, value) => ({ min: Math.min(seen.min, value), max: Math.max(seen.max, value) }), {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  })
}
