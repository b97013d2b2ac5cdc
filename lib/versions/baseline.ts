import { profile } from './profile'
import type { Sample } from './sample'
import type { Profile } from './schema'

/** Rows that are kept to look at and for a first trial. */
const KEPT_ROWS = 200

/** The reference profile of a version as it is stored. Values that are not finite are null: JSON has no NaN. */
export interface BaselineParts {
  features: Profile[]
  n: number
  sample: (number | null)[][]
  labels: (number | null)[] | null
}

/** Makes a baseline of a sample: bins and counts per feature, and up to 200 rows spread evenly over it. */
export function buildBaseline(sample: Sample): BaselineParts {
  const kept = spread(sample.rows, KEPT_ROWS)
  return {
    features: sample.names.map((name, i) => profile(name, sample.columns[i] ?? [])),
    n: sample.rows,
    sample: kept.map((row) => sample.columns.map((column) => orNull(column[row]))),
    labels: sample.labels ? kept.map((row) => orNull(sample.labels?.[row])) : null,
  }
}

function spread(rows: number, max: number): number[] {
  const count = Math.min(rows, max)
  return Array.from({ length: count }, (_item, i) => Math.floor((i * rows) / count))
}

function orNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
