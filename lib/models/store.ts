import type { Tx } from '@/lib/db'
import { notFound } from '@/lib/errors'

/** The model of an address, with its team; not found otherwise. */
export async function modelBySlug(tx: Tx, slug: string) {
  const model = await tx.model.findUnique({ where: { slug } })
  if (!model) throw notFound(`model "${slug}"`)
  return model
}

/** Where the permission to change a model must hold. */
export async function modelScope(tx: Tx, slug: string): Promise<{ teamId: string }> {
  return { teamId: (await modelBySlug(tx, slug)).teamId }
}

/** Holds the model's row until the end of the transaction, so that version numbers have no gaps and aliases move one after another. */
export async function lockModel(tx: Tx, modelId: string): Promise<void> {
  await tx.$queryRaw`select id from model where id = ${modelId}::uuid for update`
}
