import { parseArgs } from 'node:util'
import { awkwardCells, cellOf, errorCells, OURS, type Row, wholeWay } from './decisions/cells'
import { latencyCells } from './decisions/latencies'
import type { Result } from './result'

const AIMS = { healthyPercent: 1, detectSeconds: 75, badRatio: 1.1, clusteredPercent: 0.9, burstPercent: 2.6, coldPercent: 0.3 }
/** A peer counts as one when it sends back at most this many healthy canaries in that cell, percent. */
const USABLE_PERCENT = 5

/**
 * Simulated traffic through our judge and through judges in the style of Argo Rollouts, Flagger and Kayenta: healthy canaries (T1), failing ones (T2), awkward
 * conditions (T3), latency (T4), the whole way to 100 % (T8). `--runs N` (400) canaries of 30 min per cell; Kayenta gets a quarter.
 */
export function run(args: string[]): Result[] {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '400' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 4) throw new Error(`--runs is "${values.runs}": give a whole number from 4`)
  const stage = <T>(name: string, work: () => T): T => {
    console.error(name)
    return work()
  }
  const healthy = stage('T1', () => errorCells(runs))
  const [doubled, fourfold, tenfold] = [0.01, 0.02, 0.05].map((share) => stage(`T2 ${share}`, () => errorCells(Math.ceil(runs / 2), share)))
  const awkward = stage('T3', () => awkwardCells(runs))
  const latency = stage('T4', () => latencyCells(Math.ceil(runs / 2)))
  const whole = stage('T8', () => wholeWay(Math.ceil(runs / 2)))
  return [
    ...aimsOf({ healthy, fourfold, awkward, latency }),
    ...healthy.map((row) => returnedResult('T1 healthy', row)),
    ...[...named('0.5 -> 1 %', doubled), ...named('0.5 -> 2 %', fourfold), ...named('0.5 -> 5 %', tenfold)].flatMap(foundResults),
    ...awkward.map((row) => returnedResult('T3', row)),
    ...latency.map((row) => returnedResult('T4', row)),
    ...whole.flatMap(wholeResults),
  ]
}

function named(change: string, rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row, cell: `T2 ${change}, ${row.cell}` }))
}

function returnedResult(table: string, { cell, judge, returned }: Row): Result {
  return { name: `${table}, ${cell}, ${judge}: returned`, value: returned, unit: '%' }
}

function foundResults({ cell, judge, returned, secondsToReturn, bad }: Row): Result[] {
  const found = { name: `${cell}, ${judge}: returned within 30 min`, value: returned, unit: '%' }
  if (secondsToReturn === null) return [found]
  return [
    { name: `${cell}, ${judge}: median to return`, value: secondsToReturn, unit: 's' },
    { name: `${cell}, ${judge}: median failed requests`, value: bad, unit: '' },
  ]
}

function wholeResults({ cell, judge, returned, promoted, secondsToPromotion, bad }: Row): Result[] {
  return [
    { name: `T8 ${cell}, ${judge}: promoted`, value: promoted, unit: '%' },
    ...(secondsToPromotion === null ? [] : [{ name: `T8 ${cell}, ${judge}: median to 100 %`, value: secondsToPromotion, unit: 's' }]),
    { name: `T8 ${cell}, ${judge}: returned`, value: returned, unit: '%' },
    { name: `T8 ${cell}, ${judge}: median failed requests`, value: bad, unit: '' },
  ]
}

function aimsOf(rows: { healthy: Row[]; fourfold: Row[]; awkward: Row[]; latency: Row[] }): Result[] {
  const worst = (of: readonly Row[], pick: (row: Row) => boolean) =>
    Math.max(...of.filter((row) => row.judge === OURS && pick(row)).map((row) => row.returned))
  const atMost = (name: string, value: number, aim: number): Result => ({ name, value, unit: '%', aim: `<= ${aim}`, ok: value <= aim })
  const detect =
    rows.fourfold.find((row) => row.judge === OURS && row.cell === cellOf(50, 0.25))?.secondsToReturn ?? Number.POSITIVE_INFINITY
  const ratio = worstRatio(rows.healthy, rows.fourfold)
  const has = (word: string) => (row: Row) => row.cell.includes(word)
  const shared = worst(rows.awkward, has('shared'))
  return [
    atMost(
      'healthy canary returned, worst cell of T1',
      worst(rows.healthy, () => true),
      AIMS.healthyPercent,
    ),
    atMost('healthy canary returned, worst cell of T4', worst(rows.latency, has('itself')), AIMS.healthyPercent),
    atMost('healthy canary returned under shared incidents and noise', shared, AIMS.healthyPercent),
    atMost('healthy canary returned, clustered errors', worst(rows.awkward, has('clustered')), AIMS.clusteredPercent),
    atMost('healthy canary returned, one burst', worst(rows.awkward, has('burst')), AIMS.burstPercent),
    atMost('healthy canary returned, cold cache', worst(rows.awkward, has('cold')), AIMS.coldPercent),
    {
      name: 'errors 0.5 -> 2 %, 50/s, 25 %: median to return',
      value: detect,
      unit: 's',
      aim: `<= ${AIMS.detectSeconds}`,
      ok: detect <= AIMS.detectSeconds,
    },
    {
      name: 'errors 0.5 -> 2 %: failed requests beside the best usable peer, worst cell',
      value: ratio,
      unit: 'x',
      aim: `<= ${AIMS.badRatio}`,
      ok: ratio <= AIMS.badRatio,
    },
  ]
}

/** Ours over a peer's median failed requests, over every cell and peer that is usable there. */
function worstRatio(healthy: readonly Row[], failing: readonly Row[]): number {
  const ratios = failing.flatMap(({ cell, judge, bad }) => {
    const own = healthy.find((row) => row.cell === cell && row.judge === judge)
    const ours = failing.find((row) => row.cell === cell && row.judge === OURS)
    return judge !== OURS && own && ours && own.returned <= USABLE_PERCENT ? [ours.bad / bad] : []
  })
  return Math.max(...ratios)
}
