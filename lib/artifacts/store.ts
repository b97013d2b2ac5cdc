import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { env } from '@/lib/env'
import { Problem } from '@/lib/errors'
import { formatBytes } from '@/lib/format'

/** Where the file of a digest lies: artifacts/sha256/AB/DIGEST under the data folder. */
export function artifactPath(digest: string): string {
  return path.join(root(), 'sha256', digest.slice(0, 2), digest)
}

/** Size in bytes, or null when there is no such artifact. */
export async function artifactBytes(digest: string): Promise<number | null> {
  try {
    return (await stat(artifactPath(digest))).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Marks an artifact as used now, so that it is not collected before what names it is stored. Null when there is no such artifact, else its size in bytes. */
export async function markUsed(digest: string): Promise<number | null> {
  const now = new Date()
  try {
    await utimes(artifactPath(digest), now, now)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  return artifactBytes(digest)
}

/** The artifact's bytes as a stream. */
export function openArtifact(digest: string): ReadStream {
  return createReadStream(artifactPath(digest))
}

/** What an upload promises: checked when it is known. */
interface Promised {
  /** The largest size that is taken. */
  max: number
  /** Content-Length. */
  bytes: number | null
  digest: string | null
}

/** A received file that is not yet in the store: `keep` moves it there, `discard` removes it. One of them must be called. */
export interface Received {
  path: string
  digest: string
  bytes: number
  keep(): Promise<{ known: boolean }>
  discard(): Promise<void>
}

/**
 * Writes a stream to a temporary file with its SHA-256, fsynced. Too large, shorter or longer than promised, another digest, broken off, disk full:
 * a Problem, and nothing stays behind.
 */
export async function receive(body: AsyncIterable<Uint8Array>, promised: Promised): Promise<Received> {
  if (promised.bytes !== null && promised.bytes > promised.max) throw tooLarge(promised.max)
  const folder = path.join(root(), 'uploads')
  await mkdir(folder, { recursive: true })
  await sweep(folder)
  const file = path.join(folder, randomUUID())
  const discard = () => rm(file, { force: true })
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      const { digest, bytes } = await write(handle, body, promised.max)
      check(promised, digest, bytes)
      await handle.sync()
      return { path: file, digest, bytes, keep: () => keep(file, digest), discard }
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard()
    throw readable(error)
  }
}

async function write(handle: FileHandle, body: AsyncIterable<Uint8Array>, max: number): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > max) throw tooLarge(max)
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  return { digest: hash.digest('hex'), bytes }
}

function check(promised: Promised, digest: string, bytes: number): void {
  if (promised.bytes !== null && promised.bytes !== bytes)
    throw new Problem('invalid', `The upload is truncated: ${bytes} of ${promised.bytes} bytes arrived. Nothing was stored; send it again.`)
  if (promised.digest !== null && promised.digest !== digest)
    throw new Problem(
      'invalid',
      `The bytes that arrived have the SHA-256 ${digest}, not ${promised.digest}. Nothing was stored; send it again.`,
    )
}

/** Renames into the store; the folder is synced, so that the name survives a power cut. The same bytes twice are fine. */
async function keep(file: string, digest: string): Promise<{ known: boolean }> {
  const target = artifactPath(digest)
  if ((await markUsed(digest)) !== null) {
    await rm(file, { force: true })
    return { known: true }
  }
  await mkdir(path.dirname(target), { recursive: true })
  await rename(file, target)
  await syncFolder(path.dirname(target))
  return { known: false }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const STALE_MS = 24 * 3_600_000

/** Removes what a killed process left behind a day ago. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    const found = await stat(file).catch(() => null)
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(file, { force: true })
  }
}

function root(): string {
  return path.resolve(env().SLIPWAY_DATA_DIR, 'artifacts')
}

function tooLarge(max: number): Problem {
  return new Problem('too-large', `The file is larger than ${formatBytes(max)}, the most that is taken. Nothing was stored.`)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function readable(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Problem('unavailable', 'The disk of this installation is full. Tell an admin; nothing was stored.')
  const broken =
    code === 'ECONNRESET' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    (error instanceof Error && /abort|terminated|premature/i.test(error.message))
  if (broken && !(error instanceof Problem))
    return new Problem('invalid', 'The upload broke off before its end. Nothing was stored; send it again.')
  return error
}
