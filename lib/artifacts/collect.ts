import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { db } from '@/lib/db'
import { artifactPath } from './store'

/** An upload that nothing names for this long is given up. */
export const UNUSED_MS = 24 * 3_600_000
/** Digests asked about at once. */
const BATCH = 500
const DIGEST = /^[0-9a-f]{64}$/

/**
 * Deletes the artifacts that no version, baseline or document names and that nobody sent or named for a day. Resolves to how many. `now` in ms by this
 * machine's clock, as the files' times are. What is older than the installation was made with another database, which may come back: it stays.
 */
export async function collectUnused(now: number): Promise<number> {
  const installation = await db().installation.findUnique({ where: { id: 1 }, select: { createdAt: true } })
  if (!installation) return 0
  const span = { from: installation.createdAt.getTime(), to: now - UNUSED_MS }
  const unused: string[] = []
  for await (const digest of digests()) if (DIGEST.test(digest) && (await lastUsedIn(digest, span))) unused.push(digest)
  let deleted = 0
  for (let from = 0; from < unused.length; from += BATCH) {
    const batch = unused.slice(from, from + BATCH)
    const named = await namedAmong(batch)
    for (const digest of batch) {
      // Looked at again: a version may have named it since, which makes it fresh.
      if (named.has(digest) || !(await lastUsedIn(digest, span))) continue
      await rm(artifactPath(digest), { force: true })
      deleted += 1
    }
  }
  return deleted
}

async function* digests(): AsyncGenerator<string> {
  const root = path.dirname(path.dirname(artifactPath('0'.repeat(64))))
  for (const folder of await entries(root)) yield* await entries(path.join(root, folder))
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}

async function lastUsedIn(digest: string, { from, to }: { from: number; to: number }): Promise<boolean> {
  const found = await stat(artifactPath(digest)).catch(() => null)
  return found !== null && found.mtimeMs >= from && found.mtimeMs < to
}

async function namedAmong(among: string[]): Promise<Set<string>> {
  if (among.length === 0) return new Set()
  const rows = await db().$queryRaw<{ digest: string }[]>`
    select digest from model_version where digest = any(${among}) union select sample_digest from baseline where sample_digest = any(${among})
    union select digest from version_document where digest = any(${among})`
  return new Set(rows.map((row) => row.digest))
}
