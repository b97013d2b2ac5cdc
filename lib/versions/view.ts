import { z } from 'zod'
import { Signature } from '@/lib/artifacts/schema'
import { VersionStatus } from '@/lib/models/schema'
import { CheckRun } from './check-run-schema'
import { Lineage, Profile, type VersionDetail, type VersionRow } from './schema'

/** The aliases and live places of some versions. */
export interface Aliased {
  aliases: { name: string; versionId: string }[]
  live: { versionId: string | null; environment: string }[]
}

interface StoredRow {
  id: string
  number: number
  note: string
  digest: string
  bytes: bigint
  format: string
  status: string
  threshold: number | null
  checkRun: unknown
  authorName: string
  createdAt: Date
}

interface StoredVersion extends StoredRow {
  signature: unknown
  metrics: unknown
  lineage: unknown
  location: string | null
  readyAt: Date | null
  baseline: { id: string; n: number; features: unknown; score: unknown; labels: unknown } | null
  documents: { id: string; kind: string; name: string; digest: string; bytes: number; createdAt: Date }[]
}

interface StoredModel {
  id: string
  slug: string
  name: string
  task: string
  team: { slug: string; name: string }
}

/** A stored version as lists show it. */
export function rowOf(row: StoredRow, names: Aliased): VersionRow {
  const { id, number, note, digest, format, threshold } = row
  return {
    ...{ id, number, note, digest, format, threshold },
    bytes: Number(row.bytes),
    status: VersionStatus.parse(row.status),
    reason: checkRunOf(row.checkRun)?.reason ?? null,
    author: row.authorName,
    createdAt: row.createdAt.toISOString(),
    aliases: names.aliases.filter((alias) => alias.versionId === id).map((alias) => alias.name),
    live: names.live.filter((endpoint) => endpoint.versionId === id).map((endpoint) => endpoint.environment),
  }
}

/** A stored version as its page shows it; what depends on others is added by the query. */
export function detailOf(
  version: StoredVersion,
  model: StoredModel,
  names: Aliased,
): Omit<VersionDetail, 'liveBeside' | 'sameArtifact' | 'may'> {
  const { id, slug, name, task, team } = model
  return {
    ...rowOf(version, names),
    model: { id, slug, name, task, team },
    signature: Signature.parse(version.signature),
    metrics: z.record(z.string(), z.number()).catch({}).parse(version.metrics),
    lineage: Lineage.catch(Lineage.parse({})).parse(version.lineage),
    location: version.location,
    readyAt: version.readyAt?.toISOString() ?? null,
    checkRun: checkRunOf(version.checkRun),
    baseline: version.baseline ? baselineView(version.baseline) : null,
    documents: version.documents.map((document) => ({
      id: document.id,
      kind: document.kind,
      name: document.name,
      digest: document.digest,
      bytes: document.bytes,
      createdAt: document.createdAt.toISOString(),
    })),
  }
}

function baselineView(baseline: NonNullable<StoredVersion['baseline']>): NonNullable<VersionDetail['baseline']> {
  const labels = z.array(z.number().nullable()).nullable().catch(null).parse(baseline.labels)
  return {
    id: baseline.id,
    n: baseline.n,
    features: z.array(Profile).parse(baseline.features),
    score: Profile.nullable().catch(null).parse(baseline.score),
    labelled: labels?.filter((label) => label !== null).length ?? 0,
  }
}

function checkRunOf(stored: unknown): CheckRun | null {
  const run = CheckRun.safeParse(stored)
  return run.success ? run.data : null
}

/** The live versions other than this one, each once with all the environments where it is live. */
export function beside(
  live: { id: string; environment: string; number: number; checkRun: CheckRun | null }[],
  versionId: string,
): VersionDetail['liveBeside'] {
  const others = live.filter((version, i) => version.id !== versionId && live.findIndex((first) => first.id === version.id) === i)
  return others.map(({ id, number, checkRun }) => {
    const environments = live.filter((version) => version.id === id).map((version) => version.environment)
    return { environment: environments.join(', '), number, checkRun }
  })
}
