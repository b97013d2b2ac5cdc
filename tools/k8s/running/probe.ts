import { setTimeout as pause } from 'node:timers/promises'
import type { HttpProbe } from '../fate'
import type { Place } from './place'

/** Whether a probe's path answers 2xx or 3xx in its time. */
async function answers({ httpGet, timeoutSeconds = 1 }: HttpProbe, place: Place, signal: AbortSignal): Promise<boolean> {
  const spot = place.spotOf(httpGet.port)
  const url = `http://${spot?.host}:${spot?.port}${httpGet.path}`
  const late = new AbortController()
  // This process may have been busy itself: what has come meanwhile is read before it counts as late.
  const timer = setTimeout(() => setImmediate(() => late.abort()), timeoutSeconds * 1_000)
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, late.signal]), redirect: 'manual' })
    await answer.arrayBuffer()
    return answer.status >= 200 && answer.status < 400
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Probes again and again: says `true` at each success, and `false` when as many in a row failed as the probe allows. Ends with the signal, or when `said` answers that it
 * knows enough; resolves to what it knows then.
 */
export async function probe(
  of: HttpProbe,
  place: Place,
  said: (well: boolean) => 'enough' | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { periodSeconds = 10, failureThreshold = 3 } = of
  for (let failures = 0; !signal.aborted; ) {
    const well = await answers(of, place, signal)
    failures = well ? 0 : failures + 1
    if (signal.aborted) break
    if ((well || failures === failureThreshold) && said(well) === 'enough') return well
    await pause(periodSeconds * 1_000, undefined, { signal }).catch(() => undefined)
  }
  return false
}
