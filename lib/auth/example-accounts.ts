import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { actingAllowed } from './member-actor'

/** Written by the seed into the data folder, readable only by its owner. */
export const EXAMPLE_ACCOUNTS_FILE = 'example-accounts.json'

export const ExampleAccount = z.object({ email: z.string(), name: z.string(), role: z.string(), password: z.string() })
export type ExampleAccount = z.infer<typeof ExampleAccount>

/**
 * The accounts that the sign-in page offers, with their passwords: only in an example workspace on this machine, and only to a browser
 * that asked for this machine by its own name. Another site's name that was made to point here gets none.
 */
export async function exampleAccounts(host: string | null): Promise<ExampleAccount[]> {
  if (!namesThisMachine(host) || !(await actingAllowed())) return []
  const file = path.join(env().SLIPWAY_DATA_DIR, EXAMPLE_ACCOUNTS_FILE)
  try {
    return z.array(ExampleAccount).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    log.warn({ err: error }, 'the accounts of the example workspace cannot be read')
    return []
  }
}

/** True for a Host header that only this machine's own browsers send. */
export function namesThisMachine(host: string | null): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return ['127.0.0.1', 'localhost', '[::1]'].includes(name)
}
