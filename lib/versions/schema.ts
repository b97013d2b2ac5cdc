import * as z from 'zod'
import { Location } from '@/lib/artifacts/location/schema'
import { Digest, type Signature } from '@/lib/artifacts/schema'
import { Slug, type VersionStatus } from '@/lib/models/schema'
import type { CheckRun } from './check-run-schema'
import { DOCUMENT_KINDS, DOCUMENT_MAX } from './words'

/** Where a version comes from. Free words, shown as they are; `gitCommit` and `trainingRun` may be addresses. */
export const Lineage = z.object({
  trainingRun: z.string().trim().max(300).default(''),
  gitCommit: z.string().trim().max(300).default(''),
  datasetVersion: z.string().trim().max(300).default(''),
  featureSet: z.string().trim().max(300).default(''),
})
export type Lineage = z.infer<typeof Lineage>

/** Numbers measured in training, by name: { "auc": 0.755 }. */
const Metrics = z
  .record(
    z.string().regex(/^[\w .:%@/-]{1,60}$/, 'A metric is named by letters, digits, space and . : % @ / - _.'),
    z.number('Write its number: auc = 0.755.'),
  )
  .refine((metrics) => Object.keys(metrics).length <= 50, 'At most 50 metrics.')

/** A text in Markdown that belongs to a version: its card, or a report. */
export const VersionText = z.object({
  kind: z.enum(DOCUMENT_KINDS),
  name: z.string().trim().min(1).max(120),
  body: z.string().min(1, 'The document is empty.').max(DOCUMENT_MAX, `A document has at most ${DOCUMENT_MAX} characters.`),
})

/** A new version of a model from an uploaded artifact. `sample`: the digest of an uploaded CSV or JSONL, from which its baseline is made. */
export const RegisterVersion = z.object({
  model: Slug,
  digest: Digest,
  note: z.string().trim().max(500).default(''),
  threshold: z.number('Between 0 and 1, for example 0.25.').min(0, 'Between 0 and 1.').max(1, 'Between 0 and 1.').nullable().default(null),
  metrics: Metrics.default({}),
  lineage: Lineage.default({ trainingRun: '', gitCommit: '', datasetVersion: '', featureSet: '' }),
  sample: Digest.nullable().default(null),
  documents: z.array(VersionText).max(10).default([]),
  /** Where the same file lies outside of Slipway: clusters that are set so fetch it from there, and check its digest. */
  location: Location.nullable().default(null),
})
export type RegisterVersion = z.infer<typeof RegisterVersion>

/** A version's number, also as it stands in an address. */
export const VersionNumber = z.coerce.number().int().positive().max(2_147_483_647)

export const AddBaseline = z.object({ model: Slug, number: VersionNumber, sample: Digest })
export const AddDocument = VersionText.extend({ model: Slug, number: VersionNumber })
export const RepeatCheck = z.object({ model: Slug, number: VersionNumber })

export const ListVersions = z.object({
  status: z.string().default(''),
  after: z.string().max(400).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
})

/** One feature of a baseline: bin i holds values in (edges[i-1], edges[i]]; counts = [missing, bin 0, ..., bin edges.length]. */
export const Profile = z.object({ name: z.string(), edges: z.array(z.number()), counts: z.array(z.number().int().min(0)) })
export type Profile = z.infer<typeof Profile>

export interface VersionRow {
  id: string
  number: number
  note: string
  digest: string
  bytes: number
  format: string
  status: VersionStatus
  reason: string | null
  threshold: number | null
  author: string
  createdAt: string
  aliases: string[]
  live: string[]
}

export interface VersionDetail extends VersionRow {
  model: { id: string; slug: string; name: string; task: string; team: { slug: string; name: string } }
  signature: Signature
  metrics: Record<string, number>
  lineage: Lineage
  location: string | null
  readyAt: string | null
  checkRun: CheckRun | null
  /** The live versions of the model's endpoints, to look at beside this one. */
  liveBeside: { environment: string; number: number; checkRun: CheckRun | null }[]
  baseline: { id: string; n: number; features: Profile[]; score: Profile | null; labelled: number } | null
  documents: { id: string; kind: string; name: string; digest: string; bytes: number; createdAt: string }[]
  /** Other versions of the model with the very same artifact: launching one is an A/A. */
  sameArtifact: number[]
  may: { edit: boolean; launch: boolean }
}

export interface VersionDocumentBody {
  kind: string
  name: string
  digest: string
  body: string
  createdAt: string
}
