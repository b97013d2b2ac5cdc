import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import constants from './constants.json' with { type: 'json' }
import days from './days.json' with { type: 'json' }
import { FEATURES } from './features'
import { type Flights, sweep } from './sweep'

/** Minutes since 1970 of the first replayed day, of the end, and of the change to summer time. */
const MARCH = Date.UTC(2001, 2, 1) / 60_000
const JULY = Date.UTC(2001, 6, 1) / 60_000
const SUMMER_TIME = Date.UTC(2001, 3, 1, 2) / 60_000
const WEEK_MINUTES = 7 * 1440
/** Day of the year of 1 March, from 0. */
const MARCH_DAY = 59

/** Full and last weeks from 1 March to 30 June 2001. */
export const WEEKS = 18

type Airport = [originRate: number, destinationRate: number, zoneMinutes: number, noSummerTime: number]
const airports = Object.values(constants.airports) as Airport[]
const airportIndex = new Map(Object.keys(constants.airports).map((code, i) => [code, i]))

/** The flights of one week in a fixed shuffle: `features` holds 8 values a row, `late` is 1 if the flight arrived at least 15 min late. */
export interface Week {
  rows: number
  features: Float32Array
  late: Uint8Array
  from: Date
  to: Date
}

/**
 * Reads one replay week (0 = 1 to 7 March 2001; negative weeks lie in the training months) from the flights of the package vega-datasets. Features are computed
 * in time order, from a day before the week to its end, and only then shuffled: every value is what was known when the plane left.
 */
export async function readWeek(file: string, week: number): Promise<Week> {
  const low = MARCH + week * WEEK_MINUTES
  const high = Math.min(low + WEEK_MINUTES, JULY)
  const firstDay = MARCH_DAY + 7 * week
  const flights = await readFlights(file, days[Math.max(0, firstDay - 1)], days[firstDay + 8] ?? 3_000_000)
  const order: number[] = []
  const features = new Float32Array(flights.late.length * FEATURES.length)
  sweep(flights, airports.length, (row, counts) => {
    const local = flights.local[row]
    if (local < low || local >= high) return
    const [origin, destination] = [flights.origin[row], flights.destination[row]]
    features.set(
      [
        (local % 1440) / 60,
        (Math.floor(local / 1440) + 4) % 7,
        flights.distance[row],
        airports[origin][0],
        airports[destination][1],
        smoothed(counts.late[origin], counts.landed[origin]),
        smoothed(counts.late[destination], counts.landed[destination]),
        counts.departed[origin],
      ],
      row * FEATURES.length,
    )
    order.push(row)
  })
  shuffle(order, week + 1000)
  return {
    rows: order.length,
    features: gather(features, order),
    late: Uint8Array.from(order, (row) => flights.late[row]),
    from: new Date(low * 60_000),
    to: new Date(high * 60_000 - 1),
  }
}

function smoothed(late: number, n: number): number {
  return (late + 5 * constants.p0) / (n + 5)
}

function gather(features: Float32Array, order: number[]): Float32Array {
  const width = FEATURES.length
  const out = new Float32Array(order.length * width)
  order.forEach((row, i) => {
    out.set(features.subarray(row * width, (row + 1) * width), i * width)
  })
  return out
}

async function readFlights(path: string, rowStart: number, rowEnd: number): Promise<Flights> {
  const n = rowEnd - rowStart
  const flights: Flights = {
    local: new Int32Array(n),
    left: new Int32Array(n),
    landed: new Int32Array(n),
    origin: new Uint8Array(n),
    destination: new Uint8Array(n),
    distance: new Int16Array(n),
    late: new Uint8Array(n),
  }
  const file = await asyncBufferFromFile(path)
  const columns = ['date', 'delay', 'distance', 'origin', 'destination']
  const fill = (rows: unknown[][]) => {
    rows.forEach((row, i) => {
      fillFlight(flights, i, row)
    })
  }
  await parquetRead({
    file,
    metadata: await parquetMetadataAsync(file),
    compressors,
    columns,
    rowStart,
    rowEnd,
    rowFormat: 'array',
    onComplete: fill,
  })
  return flights
}

/** `date` is the local departure; the landing is estimated: 40 min and 7.5 miles a minute after it. */
function fillFlight(flights: Flights, i: number, [date, delay, distance, from, to]: unknown[]): void {
  const origin = airportIndex.get(String(from)) ?? 0
  const [, , zone, noSummerTime] = airports[origin]
  const local = Math.trunc(Number(date) / 60_000)
  flights.local[i] = local
  flights.late[i] = Number(delay) >= 15 ? 1 : 0
  flights.distance[i] = Number(distance)
  flights.origin[i] = origin
  flights.destination[i] = airportIndex.get(String(to)) ?? 0
  flights.left[i] = local - zone - (local >= SUMMER_TIME && !noSummerTime ? 60 : 0)
  flights.landed[i] = flights.left[i] + 40 + Math.ceil(flights.distance[i] / 7.5)
}

/** Fisher-Yates with a fixed seed (mulberry32): the same week is always replayed in the same order. */
function shuffle(order: number[], seed: number): void {
  let state = seed
  for (let i = order.length - 1; i > 0; i -= 1) {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    const j = ((t ^ (t >>> 14)) >>> 0) % (i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
}
