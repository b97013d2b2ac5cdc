import { requestActor } from '@/lib/auth/request'
import { changeStream } from '@/lib/event-stream'
import { mayHear } from '@/lib/live/queries'
import { guard } from '@/lib/route'

export const dynamic = 'force-dynamic'

/** Which keys changed, for open pages. The reader is asked for again every 30 s: a session that ended hears no more. */
export const GET = guard(async (request) => {
  let reader = await requestActor(request)
  const { id } = reader
  return changeStream(request.signal, {
    stillMay: async () => {
      reader = await requestActor(request)
      return reader.id === id
    },
    hears: (key) => mayHear(reader, key),
  })
})
