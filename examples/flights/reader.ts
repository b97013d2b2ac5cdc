import { createRequire } from 'node:module'
import path from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { readWeek, WEEKS, type Week } from './week'

const require = createRequire(import.meta.url)

/** The 3 million flights of 2001, as the npm package vega-datasets ships them. */
export function flightsFile(): string {
  return path.resolve(path.dirname(require.resolve('vega-datasets')), '../data/flights-3m.parquet')
}

/** Reads a week in a thread of its own: decoding takes half a second, and nobody's requests wait for it. `entry` is the bundle that calls `serveReader` first. */
export function readWeekInThread(entry: string, week: number): Promise<Week> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: { week } })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** True where this is such a thread: it reads its week, posts it and ends. */
export function serveReader(): boolean {
  if (isMainThread) return false
  void readWeek(flightsFile(), workerData.week).then((week) => parentPort?.postMessage(week, [week.features.buffer as ArrayBuffer]))
  return true
}

/** Where the replay stands. Rounds count from 1: after June it begins again. */
export interface Moment {
  round: number
  week: number
  from: Date
  to: Date
}

export interface Row {
  features: Float32Array
  late: number
}

/** An endless replay: rows of one week after another, the next one read ahead. `onWeek` hears of each week as it begins. */
export async function openReplay(entry: string, onWeek: (moment: Moment) => void): Promise<() => Row> {
  let at = { round: 1, week: 0 }
  let current = await readWeekInThread(entry, at.week)
  let next: Week | null = null
  let reading = false
  let row = 0
  const announce = () => onWeek({ ...at, from: current.from, to: current.to })
  announce()
  const readAhead = () => {
    if (next || reading) return
    reading = true
    void readWeekInThread(entry, (at.week + 1) % WEEKS).then((week) => {
      next = week
      reading = false
    })
  }
  const turn = () => {
    row = 0
    // A week that is not read yet is waited for by going through this one again; at 200 requests a second there are minutes to spare.
    if (!next) return
    at = at.week + 1 < WEEKS ? { round: at.round, week: at.week + 1 } : { round: at.round + 1, week: 0 }
    current = next
    next = null
    announce()
  }
  return () => {
    if (row >= current.rows) turn()
    if (row > current.rows / 2) readAhead()
    const width = current.features.length / current.rows
    const features = current.features.subarray(row * width, (row + 1) * width)
    return { features, late: current.late[row++] }
  }
}
