import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDurably } from '@/lib/durable-file'
import { Wish, WishArm } from '@/lib/endpoints/wish'
import { keyIdOf, seal, unseal } from '@/lib/seal'

/** A version that an endpoint may be returned to, with all that a wish needs of it. */
const BookVersion = WishArm.pick({ versionId: true, number: true, digest: true, location: true, threshold: true, baseline: true })
export type BookVersion = z.infer<typeof BookVersion>

const BookCluster = z.object({
  id: z.uuid(),
  name: z.string(),
  driver: z.string(),
  config: z.unknown(),
  /** Sealed, as the database keeps it: base64; null: the cluster needs none. */
  credential: z.string().nullable(),
  credentialKey: z.string().nullable(),
  wish: Wish.nullable(),
  generation: z.number().int(),
})
export type BookCluster = z.infer<typeof BookCluster>

/** What must be known of an endpoint to return it without the database. `house`, `revision`, `generation` say which database said so, and when in its life. */
export const BookEntry = z.object({
  house: z.uuid(),
  endpointId: z.uuid(),
  environment: z.string(),
  model: z.string(),
  revision: z.number().int(),
  generation: z.number().int(),
  /** The database that this installation now has does not know it: it was restored from a backup. */
  orphan: z.boolean().default(false),
  /** Changes when a cluster's address or credential does. */
  places: z.string(),
  liveVersionId: z.uuid().nullable(),
  /** Promoted here before, newest first; the live one among them. */
  versions: z.array(BookVersion),
  replicas: z.number().int(),
  clusters: z.array(BookCluster),
})
export type BookEntry = z.infer<typeof BookEntry>

const Page = z.object({ keyId: z.string(), sealed: z.string() })

/**
 * The rescue book: one small sealed file (0600) per endpoint in the data folder, fsynced. The engine keeps it; `npm run rescue` reads it when neither web nor
 * database answers.
 */
export class RescueBook {
  readonly folder: string

  constructor(
    dataDir: string,
    private readonly sealingKey: string,
  ) {
    this.folder = path.join(dataDir, 'rescue')
  }

  /** Every entry that can be read, and a sentence for each that cannot. */
  async read(): Promise<{ entries: BookEntry[]; problems: string[] }> {
    const entries: BookEntry[] = []
    const problems: string[] = []
    for (const name of await this.#names()) {
      try {
        entries.push(await this.#open(path.join(this.folder, name)))
      } catch (error) {
        problems.push(`${name}: ${error instanceof z.ZodError ? 'it is not a page of the rescue book.' : (error as Error).message}`)
      }
    }
    return { entries, problems }
  }

  async write(entry: BookEntry): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const { bytes, keyId } = seal(JSON.stringify(entry), this.sealingKey)
    await writeDurably(this.#file(entry.endpointId), JSON.stringify({ keyId, sealed: bytes.toString('base64') }), 0o600)
  }

  async drop(endpointId: string): Promise<void> {
    await rm(this.#file(endpointId), { force: true })
  }

  /** The credential of a cluster, opened. Throws a plain sentence when this key cannot. */
  credentialOf(cluster: BookCluster): string {
    if (cluster.credential === null) return ''
    return unseal({ bytes: Buffer.from(cluster.credential, 'base64'), keyId: cluster.credentialKey }, this.sealingKey)
  }

  #file(endpointId: string): string {
    return path.join(this.folder, `${endpointId}.json`)
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => name.endsWith('.json')).sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  async #open(file: string): Promise<BookEntry> {
    const { keyId, sealed } = Page.parse(JSON.parse(await readFile(file, 'utf8')))
    if (keyId !== keyIdOf(this.sealingKey))
      throw new Error(`it was sealed with key ${keyId}, and this data folder holds ${keyIdOf(this.sealingKey)}.`)
    return BookEntry.parse(JSON.parse(unseal({ bytes: Buffer.from(sealed, 'base64'), keyId }, this.sealingKey)))
  }
}
