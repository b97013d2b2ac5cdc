import { requestActor } from '@/lib/auth/request'
import { onChange } from '@/lib/live/hub'
import { mayHear } from '@/lib/live/queries'
import { log } from '@/lib/log'
import { guard } from '@/lib/route'

export const dynamic = 'force-dynamic'

const BEAT_MS = 2_000
const RECHECK_MS = 30_000
/** Keys that change together (a turn of the engine) are sent together. */
const GATHER_MS = 150

/** The one event stream of a page: changed keys as messages, and a beat every 2 s. Grants are read again every 30 s; it ends when the session does. */
export const GET = guard(async (request) => {
  let actor = await requestActor(request)
  const encoder = new TextEncoder()
  let end: () => void = () => undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const changed = new Set<string>()
      let gather: NodeJS.Timeout | undefined
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const flush = () => {
        gather = undefined
        for (const key of changed) send(`data: ${key}\n\n`)
        changed.clear()
      }
      const stop = onChange(async (key) => {
        if (changed.has(key) || !(await mayHear(actor, key).catch(() => false))) return
        changed.add(key)
        gather ??= setTimeout(flush, GATHER_MS)
      })
      const beat = setInterval(() => send('event: beat\ndata:\n\n'), BEAT_MS)
      const recheck = setInterval(async () => {
        try {
          actor = await requestActor(request)
        } catch (error) {
          log.info({ err: error }, 'event stream ended: its session is over')
          end()
        }
      }, RECHECK_MS)
      let ended = false
      end = () => {
        if (ended) return
        ended = true
        stop()
        clearInterval(beat)
        clearInterval(recheck)
        clearTimeout(gather)
        try {
          controller.close()
        } catch (error) {
          log.debug({ err: error }, 'event stream was closed by the browser')
        }
      }
      request.signal.addEventListener('abort', () => end())
      send('event: beat\ndata:\n\n')
    },
    cancel() {
      end()
    },
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
  })
})
