import os from 'node:os'
import { parseArgs } from 'node:util'
import { driverOf } from '@/lib/drivers/registry'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import { env, required } from '@/lib/env'
import { formatWeight } from '@/lib/format'
import { noteAct } from './act'
import { type BookEntry, RescueBook } from './book'
import { chooseEndpoint, chooseVersion, nameOf } from './choose'
import { nextNumbers, routes, type Sighting, sight, type Written, write } from './perform'

const USAGE = `npm run rescue -- list                          what every endpoint routes by now
npm run rescue -- return ENDPOINT [--to VERSION]  all traffic of ENDPOINT to a version that was promoted there before
ENDPOINT is ENVIRONMENT/MODEL, MODEL alone where it is served once, or its id. It needs neither web nor database.`
/** A warm version is routed by at once; a cold one has to start. */
const ROUTED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 250

const say = (line: string) => process.stdout.write(`${line}\n`)

class Refused extends Error {}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { to: { type: 'string' } }, allowPositionals: true })
  const [verb, asked] = positionals
  const book = new RescueBook(env().SLIPWAY_DATA_DIR, required('SLIPWAY_SEALING_KEY'))
  const { entries, problems } = await book.read()
  for (const problem of problems) say(`Not readable: ${problem}`)
  if (verb === 'list' && positionals.length === 1) return list(book, entries)
  if (verb === 'return' && asked && positionals.length === 2) return giveBack(book, entries, asked, numberOf(values.to))
  say(USAGE)
  return 1
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text.replace(/^v/, ''))
  if (Number.isInteger(number) && number > 0) return number
  throw new Refused(`--to is "${text}": give a version's number, for example --to 3.`)
}

async function list(book: RescueBook, entries: readonly BookEntry[]): Promise<number> {
  if (entries.length === 0) say('The rescue book of this data folder is empty: no engine has run here since an endpoint was made.')
  for (const entry of entries) {
    const { reached, missed } = await sight(book, entry, driverOf)
    say(`${nameOf(entry)}  live ${numberWord(entry, entry.liveVersionId)}  ${entry.endpointId}`)
    for (const { cluster, observed } of reached) say(`  ${cluster.name}: ${weightsOf(entry, observed)}`)
    for (const { cluster, reason } of missed) say(`  ${cluster.name}: NOT REACHED: ${reason}`)
  }
  return entries.length > 0 ? 0 : 1
}

function numberWord(entry: BookEntry, versionId: string | null): string {
  const arms = [...entry.versions, ...entry.clusters.flatMap((cluster) => cluster.wish?.arms ?? [])]
  const number = arms.find((arm) => arm.versionId === versionId)?.number
  return versionId === null ? 'no version' : number === undefined ? versionId : `v${number}`
}

function weightsOf(entry: BookEntry, observed: ObservedEndpoint | null): string {
  if (!observed) return 'does not know this endpoint'
  const arms = observed.arms.map(
    (arm) => `${numberWord(entry, arm.versionId)} ${formatWeight(arm.weight)} (${arm.ready} of ${arm.wanted} ready)`,
  )
  return `${arms.join(', ') || 'no version'}; generation ${observed.generation}, fence ${observed.fence}`
}

async function giveBack(book: RescueBook, entries: readonly BookEntry[], asked: string, to: number | null): Promise<number> {
  const chosen = chooseEndpoint(entries, asked)
  if (!chosen.ok) throw new Refused(chosen.says)
  const entry = chosen.value
  const seen = await sight(book, entry, driverOf)
  const version = chooseVersion(entry, [...seen.reached.map((each) => each.observed)], to)
  if (!version.ok) throw new Refused(version.says)
  if (seen.reached.length === 0) {
    sayMissed(seen)
    throw new Refused('No cluster of this endpoint could be reached: nothing was written.')
  }
  const numbers = nextNumbers(entry, seen.reached)
  const { versionId, number } = version.value
  // Who it was is on disk before anything moves.
  const act = { endpointId: entry.endpointId, fence: numbers.fence, at: Date.now(), user: userName(), host: os.hostname(), version: number }
  await noteAct(env().SLIPWAY_DATA_DIR, act)
  say(`Returning ${nameOf(entry)} to v${number} (fence ${numbers.fence}, generation ${numbers.generation}).`)
  const written = await write(entry, seen.reached, version.value, numbers)
  const done = await Promise.all(written.map((each) => outcome(each, entry.endpointId, versionId, number)))
  sayMissed(seen)
  const all = done.every(Boolean) && seen.missed.length === 0
  say(
    all
      ? 'Done everywhere. Slipway will not write over it: its page asks a person to adopt it or to restore ours.'
      : 'NOT DONE EVERYWHERE: see above. Run it again when the rest can be reached; it may be run any number of times.',
  )
  return all ? 0 : 2
}

function sayMissed({ missed }: Sighting): void {
  for (const { cluster, reason } of missed) say(`  ${cluster.name}: NOT REACHED: ${reason}`)
}

/** Prints what became of one write; true when the cluster routes by it. */
async function outcome({ reached, result }: Written, endpointId: string, versionId: string, number: number): Promise<boolean> {
  const { name } = reached.cluster
  if (!result.ok) {
    const why = 'reason' in result ? result.reason : `a later wish is there (fence ${result.fence}, generation ${result.generation}).`
    say(`  ${name}: NOT WRITTEN: ${why}`)
    return false
  }
  const since = performance.now()
  let cold = false
  while (performance.now() - since < ROUTED_WITHIN_MS) {
    if (await routes(reached, endpointId, versionId)) {
      say(`  ${name}: written, and v${number} has all traffic.`)
      return true
    }
    if (!cold) say(`  ${name}: written; v${number} is starting, and gets the traffic when its replicas are ready.`)
    cold = true
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  say(
    `  ${name}: WRITTEN, NOT ROUTED YET: v${number} was not ready within ${ROUTED_WITHIN_MS / 1_000} s. See it with: npm run rescue -- list`,
  )
  return false
}

/** The account, and under sudo also who asked for it. */
function userName(): string {
  const { username } = os.userInfo()
  const asker = env().SUDO_USER
  return asker && asker !== username ? `${asker} (as ${username})` : username
}

main()
  .then((code) => process.exit(code))
  .catch((error) => {
    say(error instanceof Refused ? `Refused: ${error.message}` : `Failed: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  })
