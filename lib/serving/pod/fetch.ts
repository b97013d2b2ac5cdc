// Puts a version's artifact where its model server reads it, before that starts: a model pod's init container.
import { execFile } from 'node:child_process'
import { mkdir, rm, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { S3Server } from '@/lib/artifacts/location/schema'
import { ArtifactError, digestOf, fetchArtifact } from '../fetch-artifact'
import { fetchFromLocation } from '../fetch-location'
import { type FetchArgs, readFetchArgs } from './settings'
import { lastWords, slipway } from './slipway'

/** Then the container ends, and Kubernetes starts it again after a pause of its own. */
const TRIES = 5
const FIRST_PAUSE_MS = 1_000
const TIMEOUT_MS = 600_000
const UNPACK_MS = 300_000

async function main(): Promise<void> {
  const args = readFetchArgs(process.argv.slice(2))
  const bring = bringer(args)
  if (!args.unpack) return fetchTo(bring, args.sha256, args.to)
  const archive = `${args.to}.tar`
  await fetchTo(bring, args.sha256, archive)
  await unpack(archive, args)
}

type Bring = (digest: string, file: string) => Promise<void>

/** From Slipway, or from where the version says that its file lies. Where that fails Slipway is not asked instead: whoever set it so has a reason. */
function bringer({ from, secrets, 's3-endpoint': endpoint, 's3-region': region }: FetchArgs): Bring {
  if (from === undefined) return (digest, file) => fetchArtifact(slipway(), digest, file, TIMEOUT_MS)
  return (digest, file) =>
    fetchFromLocation({ from, secrets: secrets ?? null, s3: S3Server.parse({ endpoint, region }) }, digest, file, TIMEOUT_MS)
}

async function fetchTo(bring: Bring, digest: string, file: string): Promise<void> {
  // A pod whose sandbox is made anew runs its init containers again.
  if (await stat(file).catch(() => null)) if ((await digestOf(file)) === digest) return
  for (let tries = 1; ; tries += 1) {
    try {
      return await bring(digest, file)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (error instanceof ArtifactError && error.final) throw error
      if (tries === TRIES) throw new Error(`The artifact could not be fetched in ${TRIES} tries: ${reason}`)
      process.stderr.write(`Try ${tries} of ${TRIES}: ${reason}\n`)
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1))
    }
  }
}

/** tar itself takes no member that leads out of the folder. */
async function unpack(archive: string, { to }: FetchArgs): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  try {
    const flags = ['--extract', '--file', archive, '--directory', to, '--no-same-owner', '--no-same-permissions']
    await promisify(execFile)('tar', flags, { timeout: UNPACK_MS })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(`The artifact is not a tar archive that can be unpacked: ${stderr.slice(0, 300).trim() || String(error)}`)
  }
  await rm(archive)
}

main().catch((error: unknown) => {
  lastWords(error)
  process.exitCode = 1
})
