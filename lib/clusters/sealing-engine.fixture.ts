import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll } from 'vitest'
import { env, required } from '@/lib/env'
import { seal } from '@/lib/seal'

/** An engine that answers `seal` alone, with the key of this test run: web has none. Resolves to how to stop it. */
export async function startSealingEngine(): Promise<() => void> {
  const engine = createServer(async (request, response) => {
    const body = await text(request)
    if (request.url !== '/seal') {
      response.writeHead(404).end(JSON.stringify({ reason: `There is no question ${request.url} here.` }))
      return
    }
    const { bytes, keyId } = seal(JSON.parse(body).plaintext, required('SLIPWAY_SEALING_KEY'))
    response.end(JSON.stringify({ sealed: bytes.toString('base64'), keyId }))
  })
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve))
  const address = engine.address()
  env().SLIPWAY_ENGINE_URL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return () => engine.close()
}

/** For this file such an engine stands there. */
export function sealingEngine(): void {
  let stop: (() => void) | undefined
  beforeAll(async () => {
    stop = await startSealingEngine()
  })
  afterAll(() => stop?.())
}
