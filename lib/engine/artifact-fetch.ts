import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { env, required } from '@/lib/env'

/** The artifact is not in the store: asking again does not help. */
export class ArtifactMissing extends Error {}

const LIMIT_MS = 120_000

/**
 * Fetches an artifact from web into a file of our own and checks its digest; no process shares a path with another. Throws ArtifactMissing where there
 * is none, and any other error where web cannot be reached now.
 */
export async function fetchArtifact(digest: string, file: string): Promise<void> {
  const response = await fetch(new URL(`/api/v1/artifacts/sha256/${digest}`, env().SLIPWAY_URL), {
    headers: { authorization: `Bearer ${required('SLIPWAY_ENGINE_TOKEN')}` },
    signal: AbortSignal.timeout(LIMIT_MS),
  })
  if (response.status === 404) throw new ArtifactMissing(`The artifact ${digest} is not in the store. Upload it again.`)
  if (!response.ok || !response.body) throw new Error(`Web answered ${response.status} for the artifact ${digest}.`)
  const hash = createHash('sha256')
  const handle = await open(file, 'wx', 0o600)
  try {
    for await (const chunk of response.body) {
      hash.update(chunk)
      await handle.writeFile(chunk)
    }
  } finally {
    await handle.close()
  }
  if (hash.digest('hex') !== digest) throw new Error(`The artifact ${digest} arrived with other bytes.`)
}
