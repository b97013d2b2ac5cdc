import * as z from 'zod'

/** A SHA-256 as 64 lower-case hex digits. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 lower-case hexadecimal digits (SHA-256).')

/** The largest model file that is taken, in bytes. */
export const ARTIFACT_MAX = 512_000_000
/** The largest sample (CSV or JSONL) that is taken, in bytes. */
export const SAMPLE_MAX = 64_000_000

/** What an upload is for: a model must be ONNX, a sample must be readable rows. */
export const ArtifactKind = z.enum(['model', 'sample'])
export type ArtifactKind = z.infer<typeof ArtifactKind>

/** Data types by their Open Inference Protocol names. */
const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const

/** One input or output; -1 stands for a dimension that is free. */
export const TensorSpec = z.object({
  name: z.string().min(1).max(200),
  datatype: z.enum(DATATYPES),
  shape: z.array(z.number().int().min(-1)).max(8),
})
export type TensorSpec = z.infer<typeof TensorSpec>

/** What a model takes and gives, read from its file without loading it. */
export const Signature = z.object({
  inputs: z.array(TensorSpec).min(1).max(64),
  outputs: z.array(TensorSpec).min(1).max(64),
  producer: z.string().default(''),
  opsets: z.array(z.object({ domain: z.string(), version: z.number() })).default([]),
  metadata: z.record(z.string(), z.string()).default({}),
})
export type Signature = z.infer<typeof Signature>

/** The answer to an upload. `signature` is null for a sample. */
export interface ArtifactInfo {
  digest: string
  bytes: number
  kind: ArtifactKind
  format: 'onnx' | 'csv' | 'jsonl'
  signature: Signature | null
  /** The same bytes were here before. */
  known: boolean
}
