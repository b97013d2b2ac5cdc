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

/** Mints UUIDv7 request ids by a clock that does not go back: their time names the partition of the prediction. */
export function mintRequestId(nowMs: number): string {
  const from = random(10)
  const time = Math.max(0, nowMs).toString(16).padStart(12, '0')
  const byte = (i: number) => HEX[POOL[from + i]]
  const version = HEX[0x70 | (POOL[from] & 0x0f)]
  const variant = HEX[0x80 | (POOL[from + 2] & 0x3f)]
  const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${byte(1)}-${variant}${byte(3)}-${tail}`
}
