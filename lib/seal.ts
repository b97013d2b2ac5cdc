import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** A credential as it is stored: nonce (12 bytes), tag (16), ciphertext; `keyId` names the key that opens it. */
export interface Sealed {
  bytes: Buffer
  keyId: string
}

const NONCE = 12
const TAG = 16

/** Encrypts with AES-256-GCM. `key`: 32 bytes, base64url. */
export function seal(plaintext: string, key: string): Sealed {
  const secret = keyBytes(key)
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce)
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return { bytes: Buffer.concat([nonce, cipher.getAuthTag(), body]), keyId: keyIdOf(key) }
}

/** Opens what `seal` made. Throws a plain sentence when the key is another one or the bytes were changed. */
export function unseal(sealed: { bytes: Uint8Array; keyId: string | null }, key: string): string {
  if (sealed.keyId !== keyIdOf(key)) {
    throw new Error(
      `The credential was sealed with key ${sealed.keyId ?? 'unknown'}, and this engine holds ${keyIdOf(key)}: enter it again.`,
    )
  }
  const bytes = Buffer.from(sealed.bytes)
  const decipher = createDecipheriv('aes-256-gcm', keyBytes(key), bytes.subarray(0, NONCE))
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error('The sealed credential was changed or is cut short: enter it again.', { cause })
  }
}

/** A key's public name: the first 16 hex digits of its SHA-256. */
export function keyIdOf(key: string): string {
  return createHash('sha256').update(keyBytes(key)).digest('hex').slice(0, 16)
}

function keyBytes(key: string): Buffer {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32) throw new Error(`The sealing key must be 32 bytes in base64url, not ${bytes.length}.`)
  return bytes
}
