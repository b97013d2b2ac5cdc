import { randomFillSync } from 'node:crypto'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const POOL = Buffer.alloc(4_096)
let at = POOL.length

function random(bytes: number): number {
  if (at + bytes > POOL.length) {
    randomFillSync(POOL)
    at = 0
  }
  at += bytes
  return at - bytes
}

let minted = -1
let time = ''

/** Its first 48 bits, as they are written; many ids share a millisecond. */
function timeOf(ms: number): string {
  if (ms === minted) return time
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  minted = ms
  time = `${hex.slice(0, 8)}-${hex.slice(8)}`
  return time
}

/** Mints UUIDv7 request ids by a clock that does not go back: their time names the partition of the prediction. */
export function mintRequestId(nowMs: number): string {
  const from = random(10)
  const byte = (i: number) => HEX[POOL[from + i]]
  const version = HEX[0x70 | (POOL[from] & 0x0f)]
  const variant = HEX[0x80 | (POOL[from + 2] & 0x3f)]
  const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9)
  return `${timeOf(nowMs)}-${version}${byte(1)}-${variant}${byte(3)}-${tail}`
}
