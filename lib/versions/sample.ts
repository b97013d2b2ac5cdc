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

/** How many rows are read, and what happens to those beyond: a baseline is refused, a trial takes the first ones. */
interface SampleLimit {
  rows: number
  beyond: 'refuse' | 'cut'
}

/** Reads a CSV or JSONL sample whose columns fit the signature. Everything wrong is told with its line and column. */
export async function readSample(
  body: AsyncIterable<Uint8Array>,
  signature: Signature,
  limit: SampleLimit = { rows: ROWS_MAX, beyond: 'refuse' },
): Promise<Sample> {
  let columns: Columns | null = null
  let sample: Sample | null = null
  for await (const item of sampleLines(body)) {
    if ('header' in item) {
      columns = columnsOf(item.header, signature)
      sample = { names: columns.names, columns: columns.names.map(() => []), labels: columns.label === null ? null : [], rows: 0 }
    } else if (columns && sample) {
      const most = Math.min(limit.rows, Math.floor(CELLS_MAX / sample.names.length))
      if (sample.rows >= most && limit.beyond === 'refuse') throw tooMany(most)
      if (sample.rows >= most) break
      add(sample, item, columns)
    }
  }
  if (!sample || sample.rows === 0)
    throw invalid('sample', 'The sample holds no rows: send a header line and at least one row, or one JSON object per line.')
  return sample
}

function tooMany(rows: number) {
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
