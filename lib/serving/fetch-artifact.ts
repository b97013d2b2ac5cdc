import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { request } from 'undici'
import { isBusy, reasonOf, told } from '@/lib/outbound/answer'

/** A model larger than this is not taken. */
const MAX_BYTES = 2 * 1024 ** 3

const HINTS: Record<number, string> = {
  401: ": it does not know this cluster's identity token",
  404: ': it does not hold it',
}

export interface ArtifactSource {
  url: string
  identityToken: string
}

/** Why an artifact is not there. `final`: another try would end the same. */
export class ArtifactError extends Error {
  constructor(
    message: string,
    readonly final: boolean,
  ) {
    super(message)
  }
}

/**
 * Fetches the artifact with this SHA-256 (hex) from Slipway to `file`. Rejects with an ArtifactError when Slipway does not hand it out or hands out something else, with
 * a plain sentence when it did not answer, or not to the end.
 */
export function fetchArtifact(source: ArtifactSource, digest: string, file: string, timeoutMs: number): Promise<void> {
  const why = (error: unknown) =>
    new Error(
      reasonOf(error, `Slipway (${source.url}) did not answer in time.`, (cause) => `Slipway did not answer at ${source.url}: ${cause}.`),
    )
  return keepArtifact(digest, file, async () => {
    const response = await request(`${source.url}/api/v1/artifacts/sha256/${digest}`, {
      headers: { authorization: `Bearer ${source.identityToken}` },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw why(error)
    })
    if (response.statusCode === 200) return told(response.body, why)
    await response.body.dump()
    const hint = HINTS[response.statusCode] ?? ''
    throw new ArtifactError(
      `The web answered ${response.statusCode} for artifact ${digest.slice(0, 12)}${hint}.`,
      !isBusy(response.statusCode),
    )
  })
}

/** Writes what `open` gives to `file`, which is there only when it is whole and has this SHA-256 (hex). Rejects with an ArtifactError when it has another one. */
export async function keepArtifact(digest: string, file: string, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<void> {
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true })
  const draft = path.join(folder, `${randomUUID()}.part`)
  try {
    const body = await open()
    const hash = createHash('sha256')
    await pipeline(body, measured(hash), createWriteStream(draft, { flush: true }))
    const found = hash.digest('hex')
    if (found !== digest)
      throw new ArtifactError(`The artifact's SHA-256 is ${found.slice(0, 12)}, not ${digest.slice(0, 12)}: it is refused.`, true)
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
}

/** SHA-256 (hex) of a file. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function measured(hash: ReturnType<typeof createHash>): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(bytes > MAX_BYTES ? new ArtifactError(`The artifact is larger than ${MAX_BYTES} bytes.`, true) : null, chunk)
    },
  })
}
