import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDurably } from '@/lib/durable-file'
import { Wish } from '@/lib/endpoints/wish'

/** What is remembered of an endpoint: the last wish taken, the one routed by (null: none yet), whether it was removed. */
export const StoredEndpoint = z.object({
  wish: Wish,
  routed: Wish.nullable(),
  removed: z.boolean(),
  /** The wish was made here by hand, and when (ms); missing: it came whole from a writer. */
  byHand: z.object({ at: z.number() }).nullish(),
})
export type StoredEndpoint = z.infer<typeof StoredEndpoint>

/** One file per endpoint; on disk (file and folder fsynced) before a write resolves. */
export class WishStore {
  #last: Promise<unknown> = Promise.resolve()

  constructor(readonly folder: string) {}

  /** Everything stored, and a sentence for each file that cannot be read: it is put aside, not overwritten. */
  async load(): Promise<{ endpoints: StoredEndpoint[]; problems: string[] }> {
    await mkdir(this.folder, { recursive: true })
    const endpoints: StoredEndpoint[] = []
    const problems: string[] = []
    for (const name of (await readdir(this.folder)).filter((file) => file.endsWith('.json'))) {
      const file = path.join(this.folder, name)
      try {
        endpoints.push(StoredEndpoint.parse(JSON.parse(await readFile(file, 'utf8'))))
      } catch {
        await rename(file, `${file}.damaged`)
        problems.push(`The stored wish ${name} was damaged and is put aside as ${name}.damaged: the engine has to apply it again.`)
      }
    }
    return { endpoints, problems }
  }

  /** Writes one after another, so that the last one asked for is the one that stays. */
  save(stored: StoredEndpoint): Promise<void> {
    const write = this.#last.then(() => this.#write(stored))
    this.#last = write.catch(() => undefined)
    return write
  }

  #write(stored: StoredEndpoint): Promise<void> {
    return writeDurably(path.join(this.folder, `${stored.wish.endpointId}.json`), JSON.stringify(stored))
  }
}
