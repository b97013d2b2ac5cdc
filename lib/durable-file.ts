import { open, rename } from 'node:fs/promises'
import path from 'node:path'

/** Replaces a file as a whole; it and its folder are on disk (fsynced) before this resolves. `mode` counts for a new file. */
export async function writeDurably(file: string, text: string, mode = 0o644): Promise<void> {
  // Two processes that write the same file at once must not share a draft.
  const draft = `${file}.${process.pid}.new`
  await synced(draft, 'w', mode, (handle) => handle.writeFile(text))
  await rename(draft, file)
  // Windows cannot open a folder; there the rename is as durable as it gets.
  if (process.platform !== 'win32') await synced(path.dirname(file), 'r', mode, () => Promise.resolve())
}

async function synced(
  file: string,
  flags: string,
  mode: number,
  write: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(file, flags, mode)
  try {
    await write(handle)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
