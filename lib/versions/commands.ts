import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { invalid, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { lockModel, modelBySlug, modelScope } from '@/lib/models/store'
import { AddBaseline, AddDocument, RegisterVersion, RepeatCheck, type VersionText } from './schema'
import { baselineOf, insertBaseline, queueCheck, uploadedModel, versionByNumber } from './store'

/**
 * The next version of a model, `pending` until its check run has passed. Numbers have no gaps, also when many register at once. The same artifact may be
 * registered again (an A/A): the answer names the versions that have it already.
 */
export const registerVersion = defineCommand({
  name: 'version.register',
  input: RegisterVersion,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, actor, input, now, audit }) {
    const model = await modelBySlug(tx, input.model)
    const { bytes, signature } = await uploadedModel(input.digest)
    const baseline = input.sample ? await baselineOf(input.sample, signature) : null
    await lockModel(tx, model.id)
    const others = await tx.modelVersion.findMany({ where: { modelId: model.id, digest: input.digest }, select: { number: true } })
    const last = await tx.modelVersion.aggregate({ where: { modelId: model.id }, _max: { number: true } })
    const number = (last._max.number ?? 0) + 1
    const id = newId()
    const { digest, note, threshold, metrics, lineage, location } = input
    const facts = {
      digest,
      note,
      threshold,
      metrics,
      lineage,
      location,
      signature,
      number,
      bytes,
      format: 'onnx',
      status: 'pending',
      createdAt: now,
    }
    await tx.modelVersion.create({ data: { id, modelId: model.id, ...facts, ...author(actor) } })
    if (baseline && input.sample) await insertBaseline(tx, id, baseline, input.sample, now)
    for (const document of input.documents) await insertDocument(tx, id, document, now)
    await queueCheck(tx, id, now)
    await announce(tx, `model:${model.id}`)
    const sameArtifact = others.map((other) => other.number)
    audit({ kind: 'version', id, name: `${model.slug} v${number}`, detail: { digest, location, sameArtifact, rows: baseline?.n ?? 0 } })
    return { id, model: model.slug, number, status: 'pending' as const, digest, sameArtifact }
  },
})

/** Gives a version the baseline it was registered without. Only before its first rollout, and once; the check run is done again over the sample. */
export const addBaseline = defineCommand({
  name: 'version.baseline',
  input: AddBaseline,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, input, now, audit }) {
    const { model, version } = await versionByNumber(tx, input.model, input.number)
    await lockModel(tx, model.id)
    if (await tx.baseline.findUnique({ where: { versionId: version.id }, select: { id: true } }))
      throw new Problem(
        'conflict',
        `Version ${version.number} has a baseline, and versions never change. Register the artifact again to give it another.`,
      )
    if (await tx.rollout.findFirst({ where: { toVersionId: version.id }, select: { id: true } }))
      throw new Problem(
        'conflict',
        `Version ${version.number} has been rolled out without a baseline, and versions never change. Register it again with one.`,
      )
    const { signature } = await uploadedModel(version.digest)
    const parts = await baselineOf(input.sample, signature)
    const id = await insertBaseline(tx, version.id, parts, input.sample, now)
    await queueCheck(tx, version.id, now)
    await announce(tx, `model:${model.id}`)
    audit({
      kind: 'version',
      id: version.id,
      name: `${model.slug} v${version.number}`,
      detail: { rows: parts.n, features: parts.features.length },
    })
    return { id, rows: parts.n, features: parts.features.map((feature) => feature.name) }
  },
})

/** Adds a card or a report. What is there stays as it is: another text needs another name. */
export const addDocument = defineCommand({
  name: 'version.document',
  input: AddDocument,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, input, now, audit }) {
    const { model, version } = await versionByNumber(tx, input.model, input.number)
    const made = await insertDocument(tx, version.id, input, now)
    if (!made)
      throw invalid(
        'name',
        `Version ${version.number} has a ${input.kind} named "${input.name}". Documents are never overwritten: choose another name.`,
      )
    await announce(tx, `model:${model.id}`)
    audit({ kind: 'version', id: version.id, name: `${model.slug} v${version.number}`, detail: { document: input.name, ...made } })
    return made
  },
})

/** Runs the check of a version that failed, or that hangs, once more. */
export const repeatCheck = defineCommand({
  name: 'version.check',
  input: RepeatCheck,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, input, now, audit }) {
    const { model, version } = await versionByNumber(tx, input.model, input.number)
    if (version.status === 'ready')
      throw new Problem('conflict', `Version ${version.number} has passed its check run; a version never changes.`)
    await queueCheck(tx, version.id, now)
    await announce(tx, `model:${model.id}`)
    audit({ kind: 'version', id: version.id, name: `${model.slug} v${version.number}` })
    return { id: version.id, status: 'pending' as const }
  },
})

async function insertDocument(tx: Tx, versionId: string, document: z.output<typeof VersionText>, now: Date) {
  const { kind, name, body } = document
  const digest = createHash('sha256').update(body).digest('hex')
  const data = { id: newId(), versionId, kind, name, body, digest, bytes: Buffer.byteLength(body), createdAt: now }
  const made = await tx.versionDocument.createMany({ data, skipDuplicates: true })
  return made.count === 0 ? null : { id: data.id, digest }
}

/** Registering counts as authorship: the member behind the act, also behind a token. */
function author(actor: Actor): { authorId: string; authorName: string } {
  if (!actor.memberId) throw new Problem('forbidden', 'A version is registered by a member, or by a token that a member made.')
  return { authorId: actor.memberId, authorName: actor.name }
}
