import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { type ArtifactSource, digestOf, fetchArtifact } from './fetch-artifact'

const TIMEOUT_MS = 120_000

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
    await fetchArtifact(this.source, digest, file, TIMEOUT_MS)
    return file
  }
}
