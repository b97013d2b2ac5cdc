import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { required } from '@/lib/env'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const MARK = 'slw_'
const PREFIX_LENGTH = 8
const SECRET_LENGTH = 32
const CHECK_LENGTH = 6
const SHAPE = new RegExp(`^${MARK}([0-9A-Za-z]{${PREFIX_LENGTH}})[0-9A-Za-z]{${SECRET_LENGTH}}([0-9A-Za-z]{${CHECK_LENGTH}})$`)

/** A new API token: `slw_`, a public prefix to find it by, 190 random bits, and a checksum by which scanners know a real one. */
export function makeToken(): string {
  return assemble((length) => randomBytes(length))
}

/** The token that belongs to a stored secret: always the same one, so that two processes know it without writing it down. */
export function tokenFrom(secret: string): string {
  return assemble((length) => Buffer.from(hkdfSync('sha256', secret, '', 'slipway api token', length)))
}

function assemble(bytes: (length: number) => Buffer): string {
  // Bytes from 248 up are left out: 248 is the largest multiple of 62, so each letter is as likely as any other.
  const letters = [...bytes(PREFIX_LENGTH + SECRET_LENGTH + 40)].filter((byte) => byte < 248).map((byte) => ALPHABET[byte % 62])
  const body = MARK + letters.slice(0, PREFIX_LENGTH + SECRET_LENGTH).join('')
  return body + checksum(body)
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < CHECK_LENGTH; i++) {
    text = ALPHABET[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/** The public prefix of a well-formed token; null when it is mistyped, cut, or something else. */
export function tokenPrefix(token: string): string | null {
  const match = SHAPE.exec(token)
  if (!match || checksum(token.slice(0, -CHECK_LENGTH)) !== match[2]) return null
  return match[1] ?? null
}

/** What is stored of a token: HMAC-SHA256 with the installation's token key, hex. The database alone does not let anyone guess at it. */
export function tokenHash(token: string): string {
  return createHmac('sha256', required('SLIPWAY_TOKEN_KEY')).update(token).digest('hex')
}

/** Compares in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
