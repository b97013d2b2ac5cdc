import type { Signature } from '@/lib/artifacts/schema'
import { Trial } from '@/lib/serving/model-server/trial'
import { bodyOf, type FeatureRow, fixedBatch, type InferBody, madeUpBody } from '@/lib/versions/request-rows'

/** What is tried: the rows of the sample, or null for made-up rows. */
export interface TrialTask {
  model: string
  version: number
  artifact: string
  bytes: number
  threshold: number | null
  signature: Signature
  rows: FeatureRow[] | null
}

/** What a trial saw. `scores` stand in the order of the rows that were tried. */
export interface TrialReport {
  reason: string | null
  rows: number
  errors: number
  scores: (number | null)[]
  runMs: number[]
  loadMs: number | null
  memoryBytes: number | null
  log: string[]
}

const START_MS = 30_000
const REQUEST_MS = 20_000
/** When to stop one by one, and when to stop at all: a check run ends within a minute. */
const SINGLE_MS = 10_000
const WHOLE_MS = 35_000
const SINGLE_ROWS = 200
const MADE_UP_REQUESTS = 32
const BATCH_MAX = 500
const MEMORY_BYTES = 1_024 ** 3
const LOG_LINES = 50

/** Loads a model in a bounded server (memory, time, no network, no secrets) and sends it its sample: one by one for the latency, then in batches. */
export async function tryModel(task: TrialTask): Promise<TrialReport> {
  const report: TrialReport = { reason: null, rows: 0, errors: 0, scores: [], runMs: [], loadMs: null, memoryBytes: null, log: [] }
  const limits = { startMs: START_MS, runMs: REQUEST_MS, memoryBytes: MEMORY_BYTES + 3 * task.bytes }
  const load = {
    model: task.model,
    version: task.version,
    artifact: task.artifact,
    threshold: task.threshold,
    baseline: null,
    maxRows: BATCH_MAX,
  }
  let trial: Trial | undefined
  try {
    trial = await Trial.open(load, limits)
    report.loadMs = trial.loadMs
    await send(trial, task, report)
  } catch (error) {
    report.reason = error instanceof Error ? error.message : String(error)
  } finally {
    await trial?.close()
    report.memoryBytes = trial?.peakMemoryBytes || null
    report.log = trial?.lines.slice(-LOG_LINES) ?? []
  }
  return report
}

async function send(trial: Trial, task: TrialTask, report: TrialReport): Promise<void> {
  const started = performance.now()
  const spent = () => performance.now() - started
  const { signature, rows } = task
  if (!rows) {
    for (let i = 0; i < MADE_UP_REQUESTS && spent() < SINGLE_MS; i++) await ask(trial, madeUpBody(signature, i * 31), report, 1)
    return
  }
  const fixed = fixedBatch(signature)
  const step = fixed ?? 1
  let at = 0
  for (; at + step <= rows.length && at < SINGLE_ROWS * step && spent() < SINGLE_MS; at += step)
    await ask(trial, bodyOf(signature, rows.slice(at, at + step)), report, step)
  const typical = Math.max(0.01, report.runMs.at(-1) ?? 1)
  const batch = fixed ?? Math.max(1, Math.min(BATCH_MAX, Math.floor(1_000 / typical)))
  while (at + (fixed ?? 1) <= rows.length && spent() < WHOLE_MS) {
    const chunk = rows.slice(at, at + batch)
    await ask(trial, bodyOf(signature, chunk), report, chunk.length, false)
    at += chunk.length
  }
}

async function ask(trial: Trial, body: InferBody, report: TrialReport, rows: number, timed = true): Promise<void> {
  const answer = await trial.infer(body)
  // The first request of a fresh session is not what users will see.
  if (timed && report.rows > 0 && answer.status === 200) report.runMs.push(answer.runMs)
  report.rows += rows
  if (answer.status === 200) report.scores.push(...answer.scores)
  else {
    report.errors += rows
    report.scores.push(...new Array<null>(rows).fill(null))
    report.reason ??= sentence(answer.body)
  }
}

function sentence(body: unknown): string {
  const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : 'The model answered with an error.'
  return said.slice(0, 1_000)
}
