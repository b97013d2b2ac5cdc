import { storeUpload, uploadOf } from '@/lib/artifacts/upload'
import type { Actor } from '@/lib/auth/actor'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { invalid, Problem, type Result } from '@/lib/errors'
import { modelScope } from '@/lib/models/store'
import { addBaseline, registerVersion } from './commands'

type Registered = Result<Awaited<ReturnType<typeof registerVersion.spec.run>>>

/**
 * One call for curl: streams the model file and registers it. The rest stands in the query: note, threshold, sample (a digest), location, trainingRun, gitCommit,
 * datasetVersion, featureSet, and metric.NAME for each metric.
 */
export async function uploadVersion(actor: Actor, request: Request, model: string, requestId: string): Promise<Registered> {
  const search = new URL(request.url).searchParams
  const input = { ...fieldsOf(search), model }
  // The permission is asked before the bytes: nobody sends half a gigabyte for a refusal.
  demand(actor, 'model:write', await modelScope(db(), model))
  const artifact = await storeUpload(actor, uploadOf(request, 'model', search.get('sha256')))
  return registerVersion(actor, { ...input, digest: artifact.digest }, { requestId })
}

/** One call for curl: streams a CSV or JSONL sample and makes it the baseline of a version. */
export async function uploadBaseline(actor: Actor, request: Request, model: string, number: string, requestId: string) {
  demand(actor, 'model:write', await modelScope(db(), model))
  const artifact = await storeUpload(actor, uploadOf(request, 'sample'))
  return addBaseline(actor, { model, number, sample: artifact.digest }, { requestId })
}

const LINEAGE = ['trainingRun', 'gitCommit', 'datasetVersion', 'featureSet'] as const
const KNOWN = ['note', 'threshold', 'sample', 'sha256', 'location', ...LINEAGE] as const

/** The fields of a registration as they stand in a query. A name that is not known is refused: a misspelt threshold must not vanish. */
export function fieldsOf(search: URLSearchParams) {
  const unknown = [...search.keys()].find((key) => !key.startsWith('metric.') && !KNOWN.some((name) => name === key))
  if (unknown !== undefined) throw new Problem('invalid', `"${unknown}" is not known here. Known are ${KNOWN.join(', ')} and metric.NAME.`)
  const metrics = [...search]
    .filter(([key]) => key.startsWith('metric.'))
    .map(([key, text]) => [key.slice('metric.'.length), numberIn(key, text)])
  const threshold = search.get('threshold')
  return {
    note: search.get('note') ?? '',
    threshold: threshold === null ? null : numberIn('threshold', threshold),
    sample: search.get('sample'),
    location: search.get('location'),
    metrics: Object.fromEntries(metrics),
    lineage: Object.fromEntries(LINEAGE.map((name) => [name, search.get(name) ?? ''])),
  }
}

function numberIn(path: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw invalid(path, `"${text}" is not a number; write 0.25, for example.`)
  return value
}
