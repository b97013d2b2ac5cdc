import { requestActor } from '@/lib/auth/request'
import { changeStream } from '@/lib/event-stream'
import { guard } from '@/lib/route'

export const dynamic = 'force-dynamic'

/** Which keys changed, for open pages. The reader is asked for again every 30 s: a session that ended hears no more. */
export const GET = guard(async (request) => {
  const first = await requestActor(request)
  return changeStream(request.signal, async () => (await requestActor(request)).id === first.id)
})
