import { createReadStream, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { LocationError, openLocation } from '@/lib/artifacts/location/open'
import { readLocation } from '@/lib/artifacts/location/place'
import type { S3Server } from '@/lib/artifacts/location/schema'
import type { SigningKeys } from '@/lib/artifacts/location/sign'
import { ArtifactError, keepArtifact } from './fetch-artifact'

/** Where a version's file lies: an https or s3 location, or a path on a mounted volume. `secrets`: the folder of a mounted Secret, null without. */
interface OwnLocation {
  from: string
  s3: S3Server
  secrets: string | null
}

/**
 * Fetches the artifact with this SHA-256 (hex) from where the version says that its file lies. Rejects with an ArtifactError that says what is wrong there. Whoever
 * registered the version named an https address: it may lead to the cluster's own networks, never to this pod or to metadata. The S3 server is named by the cluster.
 */
export async function fetchFromLocation(source: OwnLocation, digest: string, file: string, timeoutMs: number): Promise<void> {
  try {
    await keepArtifact(digest, file, () => opened(source, AbortSignal.timeout(timeoutMs)))
  } catch (error) {
    if (error instanceof LocationError) throw new ArtifactError(error.message, error.final)
    if (error instanceof ArtifactError) throw new ArtifactError(`${source.from}: ${error.message}`, error.final)
    throw onVolume(error, source.from)
  }
}

async function opened({ from, s3, secrets }: OwnLocation, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  if (path.isAbsolute(from)) return createReadStream(from, { signal })
  const place = readLocation(from)
  if (typeof place === 'string' || place.kind === 'pvc')
    throw new ArtifactError(typeof place === 'string' ? place : `${from} is not mounted.`, true)
  const allow = { private: true, loopback: place.kind === 's3' && s3.endpoint !== null }
  const token = place.kind === 'https' ? tokenFor(secrets, place.url) : undefined
  const { body } = await openLocation(place, { allow, signal, token, s3: { ...s3, keys: keysOf(secrets) } })
  return body
}

/**
 * The token of the mounted Secret, for its own host only: whoever registers a version names the address, and must not have the cluster's token sent to a host of theirs.
 */
export function tokenFor(secrets: string | null, url: string): string | undefined {
  return secretOf(secrets, 'host') === new URL(url).host ? secretOf(secrets, 'token') : undefined
}

function keysOf(secrets: string | null): SigningKeys | undefined {
  const [accessKeyId, secretAccessKey] = [secretOf(secrets, 'access-key-id'), secretOf(secrets, 'secret-access-key')]
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken: secretOf(secrets, 'session-token') } : undefined
}

function secretOf(folder: string | null, name: string): string | undefined {
  if (folder === null) return undefined
  const file = path.join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() || undefined : undefined
}

const SAYS: Record<string, string> = {
  ENOENT: 'there is no such file on the volume',
  EACCES: 'this pod may not read the file on the volume',
  EISDIR: 'it is a folder, not a file',
}

function onVolume(error: unknown, from: string): unknown {
  const says = error instanceof Error && 'code' in error ? SAYS[String(error.code)] : undefined
  return says && path.isAbsolute(from) ? new ArtifactError(`${from}: ${says}.`, true) : error
}
