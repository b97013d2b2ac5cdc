/** Flights by column. Times in minutes since 1970: `local` at the origin, `left` and `landed` in UTC. */
export interface Flights {
  local: Int32Array
  left: Int32Array
  landed: Int32Array
  origin: Uint8Array
  destination: Uint8Array
  distance: Int16Array
  late: Uint8Array
}

/** Per airport, over the last hour: flights that landed there, how many of them late, and departures from there. */
export interface HourCounts {
  landed: Int32Array
  late: Int32Array
  departed: Int32Array
}

const HOUR = 60

/**
 * Visits flights in the order in which they left, with the counts of (t - 60 min, t] at that moment. A flight's delay counts only once it has landed: before that nobody knew it.
 */
export function sweep(flights: Flights, airports: number, visit: (row: number, counts: HourCounts) => void): void {
  const byLeft = sortedBy(flights.left)
  const byLanded = sortedBy(flights.landed)
  const counts: HourCounts = { landed: new Int32Array(airports), late: new Int32Array(airports), departed: new Int32Array(airports) }
  const land = (row: number, sign: number) => {
    counts.landed[flights.destination[row]] += sign
    counts.late[flights.destination[row]] += sign * flights.late[row]
  }
  const leave = (row: number, sign: number) => {
    counts.departed[flights.origin[row]] += sign
  }
  const windows = [slidingWindow(byLanded, flights.landed, land), slidingWindow(byLeft, flights.left, leave)]
  for (const row of byLeft) {
    for (const slide of windows) slide(flights.left[row])
    visit(row, counts)
  }
}

function sortedBy(times: Int32Array): Uint32Array {
  return Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b])
}

/** Adds what lies in (t - 60, t] and takes away what no longer does; t never goes back. */
function slidingWindow(order: Uint32Array, times: Int32Array, count: (row: number, sign: number) => void): (t: number) => void {
  let entered = 0
  let left = 0
  return (t) => {
    while (entered < order.length && times[order[entered]] <= t) count(order[entered++], 1)
    while (left < entered && times[order[left]] <= t - HOUR) count(order[left++], -1)
  }
}
