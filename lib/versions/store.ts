import { withFile } from '@/lib/artifacts/bytes'
import type { Signature } from '@/lib/artifacts/schema'
import { sniff } from '@/lib/artifacts/sniff'
import { artifactPath, markUsed, openArtifact } from '@/lib/artifacts/store'
import type { Tx } from '@/lib/db'
import { invalid, notFound, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { modelBySlug } from '@/lib/models/store'
import { type BaselineParts, buildBaseline } from './baseline'
import type { CheckRun } from './check-run-schema'
import { readSample } from './sample'
import type { Profile } from './schema'

/** A version by its model's address and its number. */
export async function versionByNumber(tx: Tx, slug: string, number: number) {
  const model = await modelBySlug(tx, slug)
  const version = await tx.modelVersion.findUnique({ where: { modelId_number: { modelId: model.id, number } } })
  if (!version) throw notFound(`version ${number} of "${slug}"`)
  return { model, version }
}

/** The uploaded model of a digest: its size and signature, read again from its bytes. */
export async function uploadedModel(digest: string): Promise<{ bytes: number; signature: Signature }> {
  const bytes = await markUsed(digest)
  if (bytes === null)
    throw invalid('digest', `No artifact with the digest ${digest} has been uploaded. Send it first: PUT /api/v1/artifacts.`)
  const sniffed = withFile(artifactPath(digest), sniff)
  if (sniffed.format !== 'onnx') throw new Problem('unsupported', sniffed.message, [{ path: 'digest', message: sniffed.message }])
  return { bytes, signature: sniffed.signature }
}

/** The baseline of an uploaded sample, read against the signature. */
export async function baselineOf(sampleDigest: string, signature: Signature): Promise<BaselineParts> {
  if ((await markUsed(sampleDigest)) === null)
    throw invalid(
      'sample',
      `No sample with the digest ${sampleDigest} has been uploaded. Send it first: PUT /api/v1/artifacts?kind=sample.`,
    )
  return buildBaseline(await readSample(openArtifact(sampleDigest), signature))
}

/** Stores the baseline of a version. */
export async function insertBaseline(tx: Tx, versionId: string, parts: BaselineParts, sampleDigest: string, now: Date): Promise<string> {
  const id = newId()
  const { features, n, sample, labels } = parts
  await tx.baseline.create({
    data: { id, versionId, n, sampleDigest, createdAt: now, ...json({ features, sample }), ...(labels ? json({ labels }) : {}) },
  })
  return id
}

function json<T extends object>(value: T): { [K in keyof T]: object } {
  return JSON.parse(JSON.stringify(value))
}

/** Orders the check run of a version: the engine's next free hand takes the job. */
export async function queueCheck(tx: Tx, versionId: string, now: Date): Promise<void> {
  await tx.modelVersion.update({ where: { id: versionId }, data: { status: 'pending', readyAt: null } })
  const order = { due: now, attempts: 0, lastError: null, leaseOwner: null, leaseUntil: null }
  const key = `check-run:${versionId}`
  await tx.job.upsert({ where: { key }, create: { key, kind: 'check-run', payload: { versionId }, ...order }, update: order })
}

/** What the check run began with: another baseline by now means that another run has been ordered, and this one says nothing. */
export interface Checked {
  id: string
  baseline: { id: string } | null
}

/** Stores what the check run saw and what follows from it: `ready`, or `failed` with the reason. The score's bins complete the baseline. */
export async function saveCheckRun(tx: Tx, began: Checked, run: CheckRun, score: Profile | null, now: Date): Promise<void> {
  const versionId = began.id
  const baseline = await tx.baseline.findUnique({ where: { versionId }, select: { id: true } })
  if ((baseline?.id ?? null) !== (began.baseline?.id ?? null)) return
  const version = await tx.modelVersion.update({
    where: { id: versionId },
    data: { checkRun: run, status: run.ok ? 'ready' : 'failed', readyAt: run.ok ? now : null },
    select: { modelId: true },
  })
  if (score) await tx.baseline.updateMany({ where: { versionId }, data: json({ score }) })
  await announce(tx, `model:${version.modelId}`)
}
