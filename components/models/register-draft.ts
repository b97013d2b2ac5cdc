import type { ArtifactKind } from '@/lib/artifacts/schema'
import type { Lineage } from '@/lib/versions/schema'

/** What the register form holds: texts as typed. */
export interface RegisterDraft {
  note: string
  threshold: string
  /** One "name = value" per line. */
  metrics: string
  lineage: Lineage
}

export const EMPTY_DRAFT: RegisterDraft = {
  note: '',
  threshold: '',
  metrics: '',
  lineage: { trainingRun: '', gitCommit: '', datasetVersion: '', featureSet: '' },
}

/** Which of the two files is on its way, and how far, 0..1. */
export interface Progress {
  kind: ArtifactKind
  share: number
}

/** "auc = 0.755" per line, also with a colon; what is no number stays NaN, so that the check names it. */
export function readMetrics(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const cut = Math.max(line.lastIndexOf('='), line.lastIndexOf(':'))
      const name = cut < 0 ? line.trim() : line.slice(0, cut).trim()
      const value = cut < 0 ? '' : line.slice(cut + 1).trim()
      return [name, value === '' ? Number.NaN : Number(value)]
    }),
  )
}

/** The fields of a registration, without its files. */
export function draftInput(model: string, draft: RegisterDraft) {
  const { note, lineage } = draft
  return {
    model,
    note,
    lineage,
    threshold: draft.threshold.trim() === '' ? null : Number(draft.threshold),
    metrics: readMetrics(draft.metrics),
  }
}

interface CurlOptions {
  origin: string
  model: string
  draft: RegisterDraft
  modelFile: string | null
  sampleFile: string | null
}

/** The same registration by curl: one call, or two with a sample. The token stays a shell variable. */
export function curlOf({ origin, model, draft, modelFile, sampleFile }: CurlOptions): string {
  const input = draftInput(model, draft)
  const query = new URLSearchParams()
  if (draft.threshold.trim() !== '') query.set('threshold', draft.threshold.trim())
  if (draft.note) query.set('note', draft.note)
  for (const [key, value] of Object.entries(draft.lineage)) if (value) query.set(key, value)
  for (const [name, value] of Object.entries(input.metrics)) if (Number.isFinite(value)) query.set(`metric.${name}`, String(value))
  const call = (file: string, address: string) =>
    `curl -fsS -T ${quoted(file)} -H "Authorization: Bearer $SLIPWAY_TOKEN" "${origin}${address}"`
  const asked = query.toString().replaceAll('+', '%20')
  const path = `/api/v1/models/${model}/versions`
  if (!sampleFile) return call(modelFile ?? 'model.onnx', `${path}${asked ? `?${asked}` : ''}`)
  const upload = call(sampleFile, '/api/v1/artifacts?kind=sample')
  const sample = `SAMPLE=$(${upload} | sed -E 's/.*"digest":"([0-9a-f]+)".*/\\1/')`
  return `${sample}\n${call(modelFile ?? 'model.onnx', `${path}?${asked ? `${asked}&` : ''}sample=$SAMPLE`)}`
}

/** A file's name for a shell: quoted where it needs it. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
}
