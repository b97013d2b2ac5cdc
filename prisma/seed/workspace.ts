import { readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { FEATURES, THRESHOLD } from '@/examples/flights/features'
import { flightsFile } from '@/examples/flights/reader'
import { readWeek } from '@/examples/flights/week'
import { artifactPath } from '@/lib/artifacts/store'
import { storeUpload } from '@/lib/artifacts/upload'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db'
import { runCheck } from '@/lib/engine/check-run'
import { env, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { createModel } from '@/lib/models/commands'
import { registerVersion } from '@/lib/versions/commands'
import { prepareAccounts, prepareToken } from './accounts'
import { prepareEnvironments } from './environments'
import { run } from './run'

const MODEL = 'flight-delay'
/** The last training week, 22 to 28 February: what live data is compared with. */
const TRAINING_WEEK = -1
const SAMPLE_ROWS = 5_000

interface Example {
  file: string
  note: string
  auc: number
  cost: number
  /** Rows of the sample where not all: the slow model takes 15 ms for each in its check run. */
  rows?: number
}

/** The example's versions in the order in which they are registered. AUC and cost as measured on March to June. */
const VERSIONS: Example[] = [
  { file: 'live', note: 'live: logistic regression on the schedule', auc: 0.677, cost: 493 },
  { file: 'better', note: 'better: boosted trees, schedule and last hour', auc: 0.755, cost: 418 },
  { file: 'slow', note: 'slow: the same trees, 8,500 passes a request', auc: 0.755, cost: 418, rows: 600 },
  { file: 'wrong-hour', note: 'wrong-hour: reads the hour as minutes; its AUC still beats live', auc: 0.692, cost: 586 },
  { file: 'wrong-gmt', note: 'wrong-gmt: reads the hour in GMT, a subtle one', auc: 0.717, cost: 466 },
]

/** Makes what the example workspace lacks, step by step, each by the command that a person would use; a start that was cut short is continued. */
export async function prepareWorkspace(): Promise<string> {
  const actors = await prepareAccounts()
  await prepareToken(actors.engineer, required('SLIPWAY_TRAFFIC_TOKEN'))
  await db().team.createMany({ data: [{ id: newId(), slug: 'flights', name: 'Flights' }], skipDuplicates: true })
  await prepareModel(actors.engineer)
  await prepareEnvironments(actors, MODEL)
  const url = env().NEXTAUTH_URL ?? env().SLIPWAY_URL
  return `Sign in at ${url}/sign-in: it offers one account per role of the example workspace.`
}

async function prepareModel(engineer: Actor): Promise<void> {
  if (!(await db().model.findUnique({ where: { slug: MODEL } }))) {
    const description =
      'Will a plane that has just left arrive 15 minutes late or more? Three million flights of 2001, one alert threshold: a missed delay costs three false alarms.'
    await run(createModel, engineer, {
      team: 'flights',
      slug: MODEL,
      name: 'Flight delay',
      description,
      task: 'binary',
      dataClass: 'public',
      risk: 'limited',
    })
  }
  const there = await db().modelVersion.findMany({ where: { model: { slug: MODEL } }, select: { note: true } })
  const missing = VERSIONS.filter((version) => !there.some((row) => row.note === version.note))
  const lines = missing.length > 0 ? await trainingSample() : []
  for (const version of missing) await register(engineer, version, lines)
  // The first version and the slow one are checked here, so that both endpoints can begin at once; the engine checks the others.
  for (const version of await db().modelVersion.findMany({
    where: { model: { slug: MODEL }, status: 'pending', number: { in: [1, 3] } },
    orderBy: { number: 'asc' },
  }))
    await runCheck(version.id, { fetch: (digest, file) => copyFile(artifactPath(digest), file) })
}

async function register(engineer: Actor, version: Example, lines: string[]): Promise<void> {
  const rows = lines.slice(0, 1 + (version.rows ?? SAMPLE_ROWS)).join('\n')
  const sample = await storeUpload(engineer, { body: bodyOf(Buffer.from(rows)), bytes: null, digest: null, kind: 'sample' })
  const artifact = await storeUpload(engineer, {
    body: bodyOf(readFileSync(path.join('examples/flights', `${version.file}.onnx`))),
    bytes: null,
    digest: null,
    kind: 'model',
  })
  await run(registerVersion, engineer, {
    model: MODEL,
    digest: artifact.digest,
    note: version.note,
    threshold: THRESHOLD,
    metrics: { auc: version.auc, 'cost per 1000': version.cost },
    lineage: {
      trainingRun: 'examples/flights/train.py',
      datasetVersion: 'vega-datasets 3.2.1, January and February 2001',
      featureSet: 'flights-8',
    },
    sample: sample.digest,
    documents: [{ kind: 'card', name: 'Model card', body: cardOf(version) }],
  })
}

function cardOf(version: Example): string {
  return [
    `# Flight delay, ${version.file}`,
    `${version.note}.`,
    'Input: eight numbers known when the plane leaves. Output: the probability that it arrives 15 minutes late or more.',
    `An alert from ${THRESHOLD} on: a missed delay costs three false alarms. "Never alert" would be right 80 % of the time, at a cost of 599 per 1,000; this version costs ${version.cost}.`,
    'Trained on January and February 2001 (examples/flights/train.py). The figures above were measured on March to June 2001.',
  ].join('\n\n')
}

/** Lines of CSV from the last training week: the features by name, and the label. */
async function trainingSample(): Promise<string[]> {
  const week = await readWeek(flightsFile(), TRAINING_WEEK)
  const width = FEATURES.length
  const rows = Array.from({ length: Math.min(SAMPLE_ROWS, week.rows) }, (_, i) =>
    [...week.features.subarray(i * width, (i + 1) * width), week.late[i]].join(','),
  )
  return [[...FEATURES, 'label'].join(','), ...rows]
}

async function* bodyOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
