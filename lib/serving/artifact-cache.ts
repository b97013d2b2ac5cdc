import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { request } from 'undici'

/** A model larger than this is not taken. */
const MAX_BYTES = 2 * 1024 ** 3
const TIMEOUT_MS = 120_000

export interface ArtifactSource {
  url: string
  identityToken: string
}

/** Artifacts by digest, in a folder of this cluster's own: fetched from the web once, checked when fetched and once per process when found. */
export class ArtifactCache {
  readonly #running = new Map<string, Promise<string>>()

  constructor(
    readonly folder: string,
    private readonly source: ArtifactSource,
  ) {}

  /** Path of the artifact with this SHA-256. Rejects with a plain sentence when it cannot be had or is not what it claims to be. */
  get(digest: string): Promise<string> {
    const running = this.#running.get(digest) ?? this.#find(digest)
    this.#running.set(digest, running)
    running.catch(() => this.#running.delete(digest))
    return running
  }

  async #find(digest: string): Promise<string> {
    const file = path.join(this.folder, `${digest}.onnx`)
    const there = await stat(file).catch(() => null)
    if (there && (await digestOf(file)) === digest) return file
    await rm(file, { force: true })
    await this.#fetch(digest, file)
    return file
  }

  async #fetch(digest: string, file: string): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const draft = path.join(this.folder, `${randomUUID()}.part`)
    try {
      const response = await request(`${this.source.url}/api/v1/artifacts/sha256/${digest}`, {
        headers: { authorization: `Bearer ${this.source.identityToken}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (response.statusCode !== 200) {
        await response.body.dump()
        throw new Error(`The web answered ${response.statusCode} for artifact ${digest.slice(0, 12)}.`)
      }
      const hash = createHash('sha256')
      await pipeline(response.body, measured(hash), createWriteStream(draft, { flush: true }))
      const found = hash.digest('hex')
      if (found !== digest) throw new Error(`The artifact's SHA-256 is ${found.slice(0, 12)}, not ${digest.slice(0, 12)}: it is refused.`)
      await rename(draft, file)
    } finally {
      await rm(draft, { force: true })
    }
  }
}

function measured(hash: ReturnType<typeof createHash>): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(bytes > MAX_BYTES ? new Error(`The artifact is larger than ${MAX_BYTES} bytes.`) : null, chunk)
    },
  })
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
