import { createReadStream } from 'node:fs'
import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Flush } from '@/lib/monitoring/flush'

/** Most bytes that wait on disk for the web to come back. */
export const SPOOL_MAX = 64 * 1024 * 1024

/** What could not be sent, on disk: one file per boot, one flush per line. Rows are cumulative, so that a line that arrives twice changes nothing. */
export class Spool {
  readonly #file: string
  #bytes = 0

  constructor(
    readonly folder: string,
    readonly boot: string,
  ) {
    this.#file = path.join(folder, `${boot}.jsonl`)
  }

  get bytes(): number {
    return this.#bytes
  }

  async append(flush: Flush): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const line = `${JSON.stringify(flush)}\n`
    await appendFile(this.#file, line, { flush: true })
    this.#bytes += Buffer.byteLength(line)
  }

  /** Everything has been sent, or will be written again. */
  async clear(): Promise<void> {
    if (this.#bytes === 0) return
    await rm(this.#file, { force: true })
    this.#bytes = 0
  }

  /** Spool files that earlier boots left, oldest first. */
  async left(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => [])
    const files = names
      .filter((name) => name.endsWith('.jsonl') && name !== `${this.boot}.jsonl`)
      .map((name) => path.join(this.folder, name))
    const times = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })))
    return times.sort((a, b) => a.at - b.at).map(({ file }) => file)
  }
}

/** The flushes of a spool file. Its source has ended, so each is final. A last line that was cut by the kill is skipped. */
export async function* readSpool(file: string): AsyncGenerator<Flush> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
    const flush = Flush.safeParse(parse(line))
    if (flush.success) yield { ...flush.data, final: true }
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
