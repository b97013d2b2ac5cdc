import type { ByteSource } from './bytes'

/** One field of a protobuf message: a number, or the range of its bytes. Fixed-width fields give their range too. */
export type Field = { id: number; kind: 'number'; value: number } | { id: number; kind: 'bytes'; from: number; to: number }

/** Thrown for bytes that are not a protobuf message; `at` is the offset in the file. */
export class WireError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
    this.name = 'WireError'
  }
}

/** How many fields may be read of one file in all: a hostile file ends here, a real one has a few thousand nodes. */
export interface Budget {
  fields: number
}

interface Cursor {
  source: ByteSource
  at: number
  end: number
}

/** Walks the fields of the message in [from, to) without reading what they hold; what is not asked for is skipped over. */
export function* fields(source: ByteSource, from: number, to: number, budget: Budget): Generator<Field> {
  const cursor: Cursor = { source, at: from, end: to }
  while (cursor.at < to) {
    budget.fields -= 1
    if (budget.fields < 0) throw new WireError('it has more fields than a model has', cursor.at)
    const start = cursor.at
    const tag = varint(cursor)
    const id = Math.floor(tag / 8)
    const wire = tag % 8
    if (tag < 8 || id > 536_870_911) throw new WireError(`no field has the number ${id}`, start)
    if (wire === 0) yield { id, kind: 'number', value: varint(cursor) }
    else yield { id, kind: 'bytes', ...range(cursor, wire, start) }
  }
}

function range(cursor: Cursor, wire: number, start: number): { from: number; to: number } {
  if (wire !== 1 && wire !== 2 && wire !== 5) throw new WireError(`the wire type ${wire} is not used`, start)
  const length = wire === 1 ? 8 : wire === 5 ? 4 : varint(cursor)
  const from = cursor.at
  if (length < 0 || from + length > cursor.end) throw new WireError(`a field of ${length} bytes goes past its end`, start)
  cursor.at = from + length
  return { from, to: from + length }
}

/** A varint as a number: a negative int64 comes back negative, beyond 2^53 it is rounded. */
function varint(cursor: Cursor): number {
  const bytes = cursor.source.read(cursor.at, Math.min(10, cursor.end - cursor.at))
  let low = 0
  let value = 0n
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (i < 4) low += (byte & 0x7f) * 2 ** (7 * i)
    else value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) {
      cursor.at += i + 1
      return i < 4 ? low : Number(BigInt.asIntN(64, value | BigInt(low)))
    }
  }
  throw new WireError(bytes.length < 10 ? 'it ends in the middle of a number' : 'a number is longer than 10 bytes', cursor.at)
}

/** A field's bytes as text, at most `max` bytes; what is no UTF-8 is replaced. */
export function text(source: ByteSource, field: { from: number; to: number }, max = 2_000): string {
  const length = Math.min(max, field.to - field.from)
  return new TextDecoder().decode(source.read(field.from, length))
}
