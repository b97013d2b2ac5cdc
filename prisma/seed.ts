import { closeDatabase, db } from '@/lib/db'
import { env } from '@/lib/env'
import { forgetEngines } from '@/lib/installation/store'
import { ensureInstallation, makeSetupCode } from '@/lib/members/setup'
import { prepareClusters } from './seed/clusters'
import { prepareWorkspace } from './seed/workspace'

/**
 * Runs at every start, before web and engine: makes what is missing and leaves what is there. Without --empty, an empty database becomes the example
 * workspace. Prints how to sign in.
 */
async function prepare(): Promise<string> {
  const wanted = !process.argv.includes('--empty')
  const members = await db().member.count()
  const { example } = await ensureInstallation(db(), { example: wanted && members === 0 })
  await forgetEngines(db())
  await prepareClusters()
  if (example && wanted) return prepareWorkspace()
  const code = await makeSetupCode(db())
  const url = env().NEXTAUTH_URL ?? env().SLIPWAY_URL
  return code ? `Make the first admin at ${url}/setup with the one-time code ${code}` : `Sign in at ${url}/sign-in`
}

try {
  const welcome = await prepare()
  process.stdout.write(`${welcome}\n`)
} finally {
  await closeDatabase()
}
