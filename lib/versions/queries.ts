import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { demand, parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import { CheckRun } from './check-run-schema'
import { ListVersions, type VersionDetail, type VersionDocumentBody, type VersionRow } from './schema'
import { type Aliased, beside, detailOf, rowOf } from './view'

/** The model of an address if the actor may read it. */
async function readable(actor: Actor, slug: string) {
  const model = await db().model.findUnique({ where: { slug }, include: { team: { select: { slug: true, name: true } } } })
  if (!model || !may(actor.grants, 'team:read', { teamId: model.teamId })) throw notFound(`model "${slug}"`)
  demand(actor, 'team:read', { teamId: model.teamId })
  return model
}

/** A model's versions, newest first, with the aliases they hold and where they are live. */
export async function listVersions(actor: Actor, slug: string, raw: unknown): Promise<Page<VersionRow>> {
  const filter = parse(ListVersions, raw)
  const model = await readable(actor, slug)
  const cursor = decodeCursor(filter.after)
  const rows = await db().modelVersion.findMany({
    where: {
      modelId: model.id,
      ...(filter.status ? { status: filter.status } : {}),
      ...(cursor ? { number: { lt: Number(cursor[0]) || 0 } } : {}),
    },
    omit: { signature: true, metrics: true, lineage: true },
    orderBy: { number: 'desc' },
    take: filter.limit + 1,
  })
  const names = await aliased(model.id, rows)
  return pageOf(
    rows,
    filter.limit,
    (row) => encodeCursor(row.number, row.id),
    (row) => rowOf(row, names),
  )
}

/** The aliases and live endpoints of some versions of a model. */
async function aliased(modelId: string, versions: { id: string }[]): Promise<Aliased> {
  const ids = versions.map((version) => version.id)
  const aliases = await db().alias.findMany({ where: { modelId, versionId: { in: ids } }, orderBy: { name: 'asc' } })
  const live = await db().endpoint.findMany({
    where: { modelId, liveVersionId: { in: ids }, removedAt: null },
    select: { liveVersionId: true, environment: { select: { slug: true } } },
  })
  return { aliases, live: live.map((endpoint) => ({ versionId: endpoint.liveVersionId, environment: endpoint.environment.slug })) }
}

/** Everything about one version, with the live versions' check runs beside its own. */
export async function getVersion(actor: Actor, slug: string, number: number): Promise<VersionDetail> {
  const model = await readable(actor, slug)
  const version = await db().modelVersion.findUnique({
    where: { modelId_number: { modelId: model.id, number } },
    include: {
      baseline: { omit: { sample: true } },
      documents: { omit: { body: true }, orderBy: { createdAt: 'asc' } },
    },
  })
  if (!version) throw notFound(`version ${number} of "${slug}"`)
  const twins = await db().modelVersion.findMany({
    where: { modelId: model.id, digest: version.digest, number: { not: number } },
    select: { number: true },
    orderBy: { number: 'asc' },
  })
  const live = await liveVersions(model.id)
  const scope = { teamId: model.teamId }
  return {
    ...detailOf(version, model, await aliased(model.id, [version])),
    liveBeside: beside(live, version.id),
    sameArtifact: twins.map((twin) => twin.number),
    may: { edit: may(actor.grants, 'model:write', scope), launch: may(actor.grants, 'rollout:launch', scope) },
  }
}

async function liveVersions(modelId: string) {
  const endpoints = await db().endpoint.findMany({
    where: { modelId, removedAt: null, liveVersionId: { not: null } },
    select: { liveVersionId: true, environment: { select: { slug: true } } },
    orderBy: { createdAt: 'asc' },
  })
  const ids = endpoints.flatMap((endpoint) => endpoint.liveVersionId ?? [])
  const versions = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true, checkRun: true } })
  return endpoints.flatMap((endpoint) => {
    const version = versions.find((candidate) => candidate.id === endpoint.liveVersionId)
    const checkRun = CheckRun.safeParse(version?.checkRun)
    return version
      ? [
          {
            id: version.id,
            environment: endpoint.environment.slug,
            number: version.number,
            checkRun: checkRun.success ? checkRun.data : null,
          },
        ]
      : []
  })
}

/** The text of a version's document. */
export async function getDocument(actor: Actor, slug: string, number: number, id: string): Promise<VersionDocumentBody> {
  const model = await readable(actor, slug)
  const document = await db().versionDocument.findFirst({ where: { id: parse(z.uuid(), id), version: { modelId: model.id, number } } })
  if (!document) throw notFound(`document ${id} of version ${number}`)
  const { kind, name, digest, body, createdAt } = document
  return { kind, name, digest, body, createdAt: createdAt.toISOString() }
}
