// Writes the flights' columns as flat arrays for train.py: `node examples/flights/dump.mjs FOLDER`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { asyncBufferFromFile, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const folder = process.argv[2]
if (!folder) throw new Error('Name the folder to write to: node examples/flights/dump.mjs FOLDER')
const data = path.resolve(path.dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data')
const ROWS = 3_000_000
const CHUNK = 500_000

const airports = new Map()
const indexOf = (code) => {
  if (!airports.has(code)) airports.set(code, airports.size)
  return airports.get(code)
}
const [ms, delay, distance] = [new Float64Array(ROWS), new Int16Array(ROWS), new Int16Array(ROWS)]
const [origin, destination] = [new Uint8Array(ROWS), new Uint8Array(ROWS)]
const file = await asyncBufferFromFile(path.join(data, 'flights-3m.parquet'))
const columns = ['date', 'delay', 'distance', 'origin', 'destination']
for (let rowStart = 0; rowStart < ROWS; rowStart += CHUNK) {
  const fill = (rows) => {
    rows.forEach((row, k) => {
      const i = rowStart + k
      ms[i] = Number(row[0])
      delay[i] = Number(row[1])
      distance[i] = Number(row[2])
      origin[i] = indexOf(row[3])
      destination[i] = indexOf(row[4])
    })
  }
  await parquetRead({ file, compressors, columns, rowStart, rowEnd: rowStart + CHUNK, onComplete: fill })
}

mkdirSync(folder, { recursive: true })
const write = (name, content) => writeFileSync(path.join(folder, name), content)
for (const [name, column] of Object.entries({ ms, delay, distance, origin, destination })) write(`${name}.bin`, Buffer.from(column.buffer))
write('airports.json', JSON.stringify([...airports.keys()]))
write('airports.csv', readFileSync(path.join(data, 'airports.csv')))
