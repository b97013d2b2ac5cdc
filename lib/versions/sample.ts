import type { Signature } from '@/lib/artifacts/schema'
import { invalid } from '@/lib/errors'
import { formatCount } from '@/lib/format'
import { type Columns, columnsOf } from './layout'
import { type SampleLine, sampleLines } from './sample-rows'

/** A sample as columns of numbers; NaN stands for a missing value, in labels for a row without one. */
export interface Sample {
  names: string[]
  columns: number[][]
  labels: number[] | null
  rows: number
}

const ROWS_MAX = 200_000
const CELLS_MAX = 10_000_000
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none'])

/** Reads a CSV or JSONL sample whose columns fit the signature. At most `rowsMax` rows; everything wrong is told with its line and column. */
export async function readSample(body: AsyncIterable<Uint8Array>, signature: Signature, rowsMax = ROWS_MAX): Promise<Sample> {
  let columns: Columns | null = null
  let sample: Sample | null = null
  let whole = true
  for await (const item of sampleLines(body)) {
    if ('header' in item) {
      columns = columnsOf(item.header, signature)
      sample = { names: columns.names, columns: columns.names.map(() => []), labels: columns.label === null ? null : [], rows: 0 }
      continue
    }
    if (!columns || !sample) continue
    if (sample.rows >= rowsMax) {
      whole = false
      break
    }
    add(sample, item, columns)
    if (sample.rows * sample.names.length > CELLS_MAX) throw tooMany(sample)
  }
  if (!whole && rowsMax === ROWS_MAX && sample) throw tooMany(sample)
  if (!sample || sample.rows === 0)
    throw invalid('sample', 'The sample holds no rows: send a header line and at least one row, or one JSON object per line.')
  return sample
}

function tooMany(sample: Sample) {
  const rows = Math.min(ROWS_MAX, Math.floor(CELLS_MAX / sample.names.length))
  return invalid('sample', `The sample has more than ${formatCount(rows)} rows. That many say no more: send a random part of them.`)
}

function add(sample: Sample, item: SampleLine, columns: Columns): void {
  columns.at.forEach((at, i) => {
    sample.columns[i]?.push(numberOf(item.cells[at], item.line, sample.names[i] ?? ''))
  })
  if (sample.labels && columns.label !== null) sample.labels.push(numberOf(item.cells[columns.label], item.line, 'label'))
  sample.rows += 1
}

function numberOf(cell: unknown, line: number, column: string): number {
  if (typeof cell === 'number') return cell
  if (typeof cell === 'boolean') return Number(cell)
  if (cell === null || cell === undefined) return Number.NaN
  const text = String(cell).trim()
  if (MISSING.has(text.toLowerCase())) return Number.NaN
  const value = Number(text)
  if (Number.isNaN(value))
    throw invalid('sample', `Line ${line}, column "${column}": "${text.slice(0, 40)}" is not a number. A missing value is left empty.`)
  return value
}
