import type { Actor } from '@/lib/auth/actor'
import { demand } from '@/lib/command'
import { invalid, Problem } from '@/lib/errors'
import { withFile } from './bytes'
import { ARTIFACT_MAX, type ArtifactInfo, type ArtifactKind, SAMPLE_MAX } from './schema'
import { sniff } from './sniff'
import { type Received, receive } from './store'

export interface Upload {
  body: AsyncIterable<Uint8Array>
  /** Content-Length, null when the client does not say. */
  bytes: number | null
  /** The SHA-256 that the client says it is, null when it does not. */
  digest: string | null
  kind: ArtifactKind
}

/**
 * Takes a file into the content-addressed store for somebody who may register models in some team. It is inert until a version names it, so it has no
 * audit row of its own. What is no ONNX file is refused with what it is and how to export it; nothing of it stays.
 */
export async function storeUpload(actor: Actor, upload: Upload): Promise<ArtifactInfo> {
  demand(actor, 'model:write', {})
  const max = upload.kind === 'model' ? ARTIFACT_MAX : SAMPLE_MAX
  const received = await receive(upload.body, { max, bytes: upload.bytes, digest: upload.digest })
  try {
    return upload.kind === 'model' ? await keepModel(received) : await kept(received, 'sample', describeSample(received))
  } finally {
    await received.discard()
  }
}

/** Keeps a received file as a model's; refused when it is no ONNX file. The caller discards what is left. */
export function keepModel(received: Received): Promise<ArtifactInfo> {
  return kept(received, 'model', describeModel(received))
}

async function kept(received: Received, kind: ArtifactKind, info: Pick<ArtifactInfo, 'format' | 'signature'>): Promise<ArtifactInfo> {
  const { known } = await received.keep()
  return { digest: received.digest, bytes: received.bytes, kind, known, ...info }
}

function describeModel(received: Received): Pick<ArtifactInfo, 'format' | 'signature'> {
  const sniffed = withFile(received.path, sniff)
  if (sniffed.format !== 'onnx') throw new Problem('unsupported', sniffed.message)
  return { format: 'onnx', signature: sniffed.signature }
}

/** A sample is text with rows; what its columns mean is judged against a model's signature, when a version names it. */
function describeSample(received: Received): Pick<ArtifactInfo, 'format' | 'signature'> {
  const head = withFile(received.path, (source) => Buffer.from(source.read(0, 4_000)))
  if (head.length === 0) throw invalid('sample', 'The sample is empty: send CSV with a header line, or one JSON object per line.')
  if (head.includes(0)) throw invalid('sample', 'The sample is not text: send CSV with a header line, or one JSON object per line.')
  return { format: head.toString('utf8').trimStart().startsWith('{') ? 'jsonl' : 'csv', signature: null }
}

/** The body of a request as chunks, with what its headers promise. */
export function uploadOf(request: Request, kind: ArtifactKind, digest: string | null = null): Upload {
  const length = request.headers.get('content-length')
  const bytes = length === null ? null : Number(length)
  if (bytes !== null && !Number.isSafeInteger(bytes)) throw invalid('content-length', 'Content-Length is not a number.')
  if (!request.body) throw invalid('body', 'The body is empty: send the file itself, for example with curl -T model.onnx.')
  return { body: request.body, bytes, digest, kind }
}
