import type { ImportArtifact } from '@/lib/artifacts/location/schema'
import type { ArtifactKind } from '@/lib/artifacts/schema'
import type { Lineage } from '@/lib/versions/schema'

/** What the register form holds: texts as typed. */
export interface RegisterDraft {
  /** How the model's file comes: sent from here, or fetched by Slipway. */
  from: 'upload' | 'location'
  file: FileDraft
  note: string
  threshold: string
  /** One "name = value" per line. */
  metrics: string
  lineage: Lineage
}

/** Where a model's file lies, as typed, and what it takes to fetch it. */
export interface FileDraft {
  location: string
  sha256: string
  bytes: string
  token: string
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

const EMPTY_FILE: FileDraft = {
  location: '',
  sha256: '',
  bytes: '',
  token: '',
  endpoint: '',
  region: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
}

export const EMPTY_DRAFT: RegisterDraft = {
  from: 'upload',
  file: EMPTY_FILE,
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

/** What is asked of Slipway to fetch a model's file. What is empty is left out; secrets of the other kind of location are not sent. */
export function importInput({ location, sha256, bytes, token, ...s3 }: FileDraft): Record<keyof ImportArtifact, unknown> {
  const given = (names: Partial<FileDraft>) => Object.fromEntries(Object.entries(names).filter(([, text]) => text.trim() !== ''))
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = s3
  const keys = given({ accessKeyId, secretAccessKey, sessionToken })
  const isS3 = isS3Location(location)
  return {
    location: location.trim(),
    sha256: sha256.trim(),
    bytes: bytes.trim() === '' ? undefined : Number(bytes),
    token: isS3 || token.trim() === '' ? undefined : token,
    s3: isS3 ? { ...given({ endpoint, region }), ...(Object.keys(keys).length > 0 ? { keys } : {}) } : {},
  }
}

export function isS3Location(location: string): boolean {
  return location.trim().startsWith('s3://')
}

/** The fields of a registration, without its files. */
export function draftInput(model: string, draft: RegisterDraft) {
  const { note, lineage, from, file } = draft
  return {
    model,
    // One that is fetched is kept as the answer to its import says.
    location: from === 'upload' && file.location.trim() !== '' ? file.location.trim() : null,
    note,
    lineage,
    threshold: draft.threshold.trim() === '' ? null : Number(draft.threshold),
    metrics: readMetrics(draft.metrics),
  }
}
