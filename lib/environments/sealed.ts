import { z } from 'zod'
import { Problem } from '@/lib/errors'
import { askEngine } from './engine'

const Sealed = z.object({ sealed: z.base64(), keyId: z.string().min(1) })

/**
 * A text as it is stored: web has no key, so the engine seals it. Without the engine it is refused, never stored in the clear. `what` names it for people, as
 * "credential".
 */
export async function sealedText(what: string, plaintext: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; keyId: string }> {
  const answer = await askEngine('seal', { plaintext })
  if (!answer.ok) throw new Problem('unavailable', `The ${what} cannot be sealed now, and is not stored without. ${answer.reason}`)
  const { sealed, keyId } = Sealed.parse(answer.value)
  return { bytes: new Uint8Array(Buffer.from(sealed, 'base64')), keyId }
}
