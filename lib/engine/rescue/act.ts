import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDurably } from '@/lib/durable-file'

/** What somebody did with `npm run rescue`: written before the first cluster is, so that the engine can always say who it was. */
export const RescueAct = z.object({
  endpointId: z.uuid(),
  /** Sent with every wish of this rescue. */
  fence: z.number().int(),
  /** ms since epoch, by this host's clock. */
  at: z.number(),
  /** The operating system's user, and on which host. */
  user: z.string(),
  host: z.string(),
  version: z.number().int(),
})
export type RescueAct = z.infer<typeof RescueAct>

function folderOf(dataDir: string): string {
  return path.join(dataDir, 'rescue', 'acts')
}

export async function noteAct(dataDir: string, act: RescueAct): Promise<void> {
  const folder = folderOf(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeDurably(path.join(folder, `${act.endpointId}-${act.fence}.json`), JSON.stringify(act), 0o600)
}

/** The act that wrote under one of these fences; null: none was noted on this host. */
export async function findAct(dataDir: string, endpointId: string, fences: readonly number[]): Promise<RescueAct | null> {
  const names = new Set(await readdir(folderOf(dataDir)).catch(() => [] as string[]))
  const name = fences.map((fence) => `${endpointId}-${fence}.json`).find((each) => names.has(each))
  if (!name) return null
  return RescueAct.safeParse(JSON.parse(await readFile(path.join(folderOf(dataDir), name), 'utf8'))).data ?? null
}
