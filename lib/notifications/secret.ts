import { randomBytes } from 'node:crypto'
import { sealedText } from '@/lib/environments/sealed'

const SECRET_BYTES = 32

/** A new secret in the form of Standard Webhooks: `whsec_` and 256 random bits in base64. */
export function makeSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** A secret as it is stored. Refused without the engine. */
export async function sealedSecret(plaintext: string): Promise<{ secret: Uint8Array<ArrayBuffer>; secretKey: string }> {
  const { bytes, keyId } = await sealedText('secret', plaintext)
  return { secret: bytes, secretKey: keyId }
}
