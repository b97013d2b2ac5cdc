import { parseArgs } from 'node:util'
import { z } from 'zod'
import { House } from '@/scripts/house/house'
import {
  aliasOf,
  approve,
  type Environment,
  launch,
  MODEL,
  returnToFirst,
  rolloutsIn,
  untilEnded,
  untilServed,
  versionOf,
} from '@/scripts/house/rollouts'
import { until } from '@/scripts/house/wait'
import { type Outcome, outcomeOf } from './example/outcome'
import type { Result } from './result'

const PORT = 48_000
const AIMS = { slow: 90, 'wrong-hour': 120, better: 300, odds: 20, againstItself: 300 }
const GIVE_UP_AFTER_S = 900

/**
 * The example workspace at its own rate: how soon the slow and the wrong model are returned, whether the better one reaches 100 %, and whether the live version
 * launched against itself stays. `--runs N` (3). Both endpoints are measured side by side, as a visitor has them.
 */
export async function run(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '3' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is "${values.runs}": give a whole number from 1`)
  const house = await House.start(PORT)
  try {
    await untilServed(house)
    const before = await databaseBytes(house)
    const since = performance.now()
    const [trial, production] = await Promise.all([inTrial(house, runs), inProduction(house, runs)])
    const hours = (performance.now() - since) / 3_600_000
    const grown = ((await databaseBytes(house)) - before) / 2 ** 20
    return [
      ...returnedResults('slow', 'latency', trial.slow),
      ...returnedResults('wrong-hour', 'accuracy', production.wrong),
      ...promotedResults(production.better),
      {
        name: 'live against itself: returned within 5 min',
        value: trial.againstItself ? 1 : 0,
        unit: 'times',
        aim: '0',
        ok: !trial.againstItself,
      },
      { name: 'database grows by', value: grown / hours, unit: 'MB an hour' },
    ]
  } finally {
    await house.stop()
  }
}

async function databaseBytes(house: House): Promise<number> {
  const { rows } = await house.database.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
  return Number(rows[0].bytes)
}

/** The slow model (its first run is launched by the traffic process itself), then the live version against itself. */
async function inTrial(house: House, runs: number): Promise<{ slow: Outcome[]; againstItself: boolean }> {
  const first = await until({ what: 'the slow model is launched by itself', seconds: 120 }, async () =>
    (await rolloutsIn(house, 'trial')).find((rollout) => rollout.strategy === 'canary'),
  )
  await untilEnded(house, first.id, GIVE_UP_AFTER_S)
  const slow = [await outcomeOf(house, first.id, 'slow in trial, run 1')]
  for (let i = 1; i < runs; i++) slow.push(await measure(house, 'slow', 'trial', i))
  return { slow, againstItself: await againstItself(house) }
}

/** The wrong model, then the better one, then back to the first version for the next run. */
async function inProduction(house: House, runs: number): Promise<{ wrong: Outcome[]; better: (Outcome & { moved: boolean })[] }> {
  const wrong: Outcome[] = []
  const better: (Outcome & { moved: boolean })[] = []
  const { number } = await versionOf(house, 'better')
  for (let i = 0; i < runs; i++) {
    wrong.push(await measure(house, 'wrong-hour', 'prod-hybrid', i))
    const outcome = await measure(house, 'better', 'prod-hybrid', i)
    better.push({ ...outcome, moved: (await aliasOf(house, 'champion')) === number })
    await returnToFirst(house, 'prod-hybrid')
  }
  return { wrong, better }
}

async function measure(house: House, name: string, environment: Environment, i: number): Promise<Outcome> {
  const { number } = await versionOf(house, name)
  const id = await launch(house, { environment, version: number })
  if (environment === 'prod-hybrid') await approve(house, id)
  const what = `${name} in ${environment}, run ${i + 1}`
  await untilEnded(house, id, GIVE_UP_AFTER_S).catch((error: Error) => console.error(`${what}: ${error.message}`))
  return outcomeOf(house, id, what)
}

/** Registers the live artifact once more, launches it, and says whether it was returned while it was looked at. */
async function againstItself(house: House): Promise<boolean> {
  const { digest } = await versionOf(house, 'live')
  const engineer = await house.as('engineer')
  await engineer.post(
    `/api/v1/models/${MODEL}/versions`,
    { digest, note: 'same: the live version once more', threshold: 0.25 },
    z.unknown(),
  )
  const id = await launch(house, { environment: 'trial', version: (await versionOf(house, 'same')).number })
  const end = performance.now() + AIMS.againstItself * 1_000
  const left = await until({ what: 'five minutes', seconds: AIMS.againstItself + 60 }, async () => {
    const now = (await rolloutsIn(house, 'trial')).find((rollout) => rollout.id === id)
    if (now?.phase === 'returning' || now?.phase === 'returned') return 'returned'
    return performance.now() > end && 'stays'
  })
  await outcomeOf(house, id, 'live against itself in trial')
  return left === 'returned'
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function returnedResults(name: 'slow' | 'wrong-hour', gate: string, outcomes: readonly Outcome[]): Result[] {
  const seconds = median(outcomes.map((outcome) => (outcome.phase === 'returned' ? outcome.seconds : GIVE_UP_AFTER_S)))
  const blamed = outcomes.filter((outcome) => outcome.blamed === gate).length
  const odds = Math.min(...outcomes.map((outcome) => outcome.odds))
  const all = outcomes.length
  return [
    { name: `${name}: returned, median of ${all}`, value: seconds, unit: 's', aim: `<= ${AIMS[name]} s`, ok: seconds <= AIMS[name] },
    { name: `${name}: blamed ${gate}`, value: blamed, unit: `of ${all}`, aim: `${all}`, ok: blamed === all },
    { name: `${name}: evidence, least`, value: Math.min(odds, 1e9), unit: ': 1', aim: `>= ${AIMS.odds} : 1`, ok: odds >= AIMS.odds },
  ]
}

function promotedResults(outcomes: readonly (Outcome & { moved: boolean })[]): Result[] {
  const seconds = median(outcomes.map((outcome) => (outcome.phase === 'promoted' ? outcome.seconds : GIVE_UP_AFTER_S)))
  const moved = outcomes.filter((outcome) => outcome.moved).length
  const all = outcomes.length
  return [
    { name: `better: promoted, median of ${all}`, value: seconds, unit: 's', aim: `<= ${AIMS.better} s`, ok: seconds <= AIMS.better },
    { name: 'better: alias champion moved', value: moved, unit: `of ${all}`, aim: `${all}`, ok: moved === all },
  ]
}
