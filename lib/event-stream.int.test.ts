import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '@/scripts/house/wait'
import { makeHouse } from './approvals/house.fixture'
import { makeMember, makeTeam } from './auth/people.fixture'
import { db } from './db'
import { changeStream } from './event-stream'
import { announce } from './events'
import { mayHear } from './live/queries'

const all = { stillMay: async () => true, hears: async () => true }
const opened: AbortController[] = []
afterEach(() => {
  for (const controller of opened.splice(0)) controller.abort()
})

/** What a reader of a stream has heard so far: grows while it is open. */
function reading(reader: Parameters<typeof changeStream>[1]) {
  const gone = new AbortController()
  opened.push(gone)
  let heard = ''
  const pipe = async () => {
    const body = changeStream(gone.signal, reader).body as ReadableStream<Uint8Array>
    for await (const chunk of body) heard += new TextDecoder().decode(chunk)
  }
  return { done: pipe(), heard: () => heard }
}

/** Says it again until it is heard: listening begins a moment after the stream. */
async function announcedUntil(heard: () => boolean, ...keys: Parameters<typeof announce>[1][]) {
  await until({ what: `${keys.join(' and ')} heard`, seconds: 20 }, async () => {
    await announce(db(), ...keys)
    return heard()
  })
}

describe('an event stream', () => {
  it("tells what changed, and nothing of another team's", async () => {
    const { endpointId, team } = await makeHouse()
    const own = await makeMember([{ role: 'viewer', teamId: team.id }])
    const stranger = await makeMember([{ role: 'viewer', teamId: (await makeTeam()).id }])
    const [mine, theirs] = [own, stranger].map((actor) => reading({ ...all, hears: (key) => mayHear(actor, key) }))
    const key = `endpoint:${endpointId}` as const
    await announcedUntil(() => mine.heard().includes(key) && theirs.heard().includes('approvals'), key, 'approvals')
    expect(theirs.heard()).not.toContain(key)
  })

  it('is over at once when the process is told to end, so that its server can close', async () => {
    const server = http.createServer((_request, response) => {
      const answer = changeStream(new AbortController().signal, all)
      response.writeHead(200, Object.fromEntries(answer.headers))
      Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream).pipe(response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const streams = await Promise.all([1, 2, 3].map(() => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)))
    const closed = once(server, 'close')
    const begin = performance.now()
    server.close()
    process.emit('SIGTERM', 'SIGTERM')
    await closed
    expect(performance.now() - begin).toBeLessThan(2_000)
    expect(await Promise.all(streams.map((stream) => stream.text()))).toEqual(streams.map(() => expect.stringContaining('event: beat')))
    expect(await new Response(changeStream(new AbortController().signal, all).body).text()).toContain('event: beat')
  })
})
