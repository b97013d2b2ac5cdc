import { Problem } from '@/lib/errors'
import { requestCluster } from '@/lib/monitoring/identity'
import { ingestFlush } from '@/lib/monitoring/ingest'
import { ClockOff } from '@/lib/monitoring/source'
import { guard, problemResponse } from '@/lib/route'

export const dynamic = 'force-dynamic'
/** A flush after an outage is large; a source sends the rest with the next one. */
const FLUSH_MAX = 16_000_000

export const POST = guard(async (request, _params, requestId) => {
  const cluster = await requestCluster(request)
  if (Number(request.headers.get('content-length') ?? 0) > FLUSH_MAX)
    throw new Problem('too-large', `A flush is at most ${FLUSH_MAX} bytes: send it in parts.`)
  const text = await request.text()
  if (text.length > FLUSH_MAX) throw new Problem('too-large', `A flush is at most ${FLUSH_MAX} bytes: send it in parts.`)
  try {
    return Response.json(await ingestFlush(cluster.id, parseJson(text)))
  } catch (error) {
    if (!(error instanceof ClockOff)) throw error
    return problemResponse(error.detail(requestId), { now: error.nowMs, accepted: false, offsetMs: error.offsetMs })
  }
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('invalid', `The flush is not JSON: ${(error as Error).message}`)
  }
}
