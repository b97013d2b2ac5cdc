import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { invalid } from '@/lib/errors'

/** One line of a sample: its cells in the order of the header, and its number in the file. */
export interface SampleLine {
  line: number
  cells: unknown[]
}

const LINE_MAX = 65_536

/** The header and lines of a CSV (comma, semicolon or tab) or of JSON objects, one per line; told apart by the first character. */
export async function* sampleLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ header: string[] } | SampleLine> {
  const stream = Readable.from(body)
  const first = await firstChunk(stream)
  if (first.toString('utf8').trimStart().startsWith('{')) yield* jsonLines(stream)
  else yield* csvLines(stream)
}

/** Looks at the first bytes and puts them back. */
async function firstChunk(stream: Readable): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = stream.read()
    if (chunk !== null) {
      const bytes = Buffer.from(chunk as Uint8Array)
      stream.unshift(bytes)
      return bytes
    }
    if (stream.readableEnded) return Buffer.alloc(0)
    await new Promise((resolve, reject) => {
      stream.once('readable', resolve).once('end', resolve).once('error', reject)
    })
  }
}

async function* csvLines(stream: Readable): AsyncGenerator<{ header: string[] } | SampleLine> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    skip_empty_lines: true,
    trim: true,
    max_record_size: LINE_MAX,
    info: true,
  })
  stream.once('error', (error) => parser.destroy(error))
  stream.pipe(parser)
  let header: string[] | null = null
  try {
    for await (const record of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (header) yield { line: record.info.lines, cells: record.record }
      else {
        header = record.record
        yield { header }
      }
    }
  } catch (error) {
    if (error instanceof CsvError) throw invalid('sample', `The sample cannot be read as CSV: ${error.message}.`)
    throw error
  }
}

async function* jsonLines(stream: Readable): AsyncGenerator<{ header: string[] } | SampleLine> {
  let header: string[] | null = null
  let line = 0
  for await (const text of textLines(stream)) {
    line += 1
    if (text.trim() === '') continue
    const row = objectOf(text, line)
    if (!header) {
      header = Object.keys(row)
      yield { header }
    }
    yield { line, cells: header.map((name) => row[name]) }
  }
}

function objectOf(text: string, line: number): Record<string, unknown> {
  try {
    const row: unknown = JSON.parse(text)
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, unknown>
  } catch (error) {
    throw invalid('sample', `Line ${line} is not JSON: ${(error as Error).message}.`)
  }
  throw invalid('sample', `Line ${line} is not a JSON object such as {"distance": 320, "label": 0}.`)
}

async function* textLines(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > LINE_MAX) throw invalid('sample', `A line is longer than ${LINE_MAX} characters.`)
    yield* parts
  }
  if (rest !== '') yield rest
}
