import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeInstallation } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { addWebhook, removeWebhook, retryDelivery, testWebhook } from './commands'
import { listDeliveries, listWebhooks } from './queries'
import { makeTold, notifier, Receiver, startSealing, tell, value } from './receiver.fixture'
import { ATTEMPTS_MAX, RETRY_AFTER_MS } from './schema'
import { send } from './send'

let stop: () => void
beforeAll(async () => {
  stop = await startSealing()
})
afterAll(() => stop())

const WAITS = 'rollout.awaiting_approval'
const CANCELLED = 'rollout.cancelled'

describe('a receiver that is down', () => {
  test('gets everything once when it is up again, in order per rollout', async () => {
    const { receiver, launch, cancel, engineer } = await makeTold()
    const ahead = { ms: 0 }
    const own = notifier(ahead)
    await receiver.down()
    const rollouts = [await launch(), await launch(), await launch()]
    for (const id of rollouts) await cancel(id)
    // One try a round finds nobody; each rollout's second message waits behind its first.
    for (const _ of rollouts) await tell(own)
    const { items } = await listDeliveries(engineer, {})
    expect(items.map((item) => item.state).sort()).toEqual([...Array(3).fill('retrying'), ...Array(3).fill('waiting')])
    expect(items.find((item) => item.state === 'retrying')?.error).toBe('Nobody listens there: the connection was refused.')
    await receiver.up()
    ahead.ms += RETRY_AFTER_MS[0]
    await tell(own)
    for (const id of rollouts) expect(receiver.types(id)).toEqual([WAITS, CANCELLED])
    expect(receiver.got).toHaveLength(6)
    ahead.ms += 3_600_000
    await tell(own)
    expect(receiver.got).toHaveLength(6)
    expect(new Set((await listDeliveries(engineer, {})).items.map((item) => item.state))).toEqual(new Set(['delivered']))
    await receiver.down()
  })

  test('is tried after 5 s, 30 s, 2 min, 10 min, 1 h and 6 h, then given up and said; a person may have it sent again under the same id', async () => {
    const { receiver, launch, engineer, webhook } = await makeTold()
    receiver.answer = (response) => response.writeHead(500).end()
    const ahead = { ms: 0 }
    const own = notifier(ahead)
    await launch()
    await tell(own)
    for (const [i, wait] of RETRY_AFTER_MS.entries()) {
      expect(receiver.got).toHaveLength(i + 1)
      const [item] = (await listDeliveries(engineer, {})).items
      expect(item).toMatchObject({ state: 'retrying', attempts: i + 1, status: 500, error: 'It answered 500.' })
      expect(Date.parse(item.nextAt ?? '') - Date.parse(item.triedAt ?? '')).toBe(wait)
      ahead.ms += wait
      await tell(own)
    }
    ahead.ms += 30 * 86_400_000
    await tell(own)
    expect(receiver.got).toHaveLength(ATTEMPTS_MAX)
    const [item] = (await listDeliveries(engineer, {})).items
    expect(item).toMatchObject({ state: 'given-up', attempts: ATTEMPTS_MAX, nextAt: null })
    expect((await listWebhooks(engineer))[0]).toMatchObject({ waiting: 0, last: { state: 'given-up', error: 'It answered 500.' } })
    receiver.answer = (response) => response.writeHead(200).end()
    value(await retryDelivery(engineer, { webhookId: webhook.id, deliveryId: item.id }))
    await tell(own)
    expect((await listDeliveries(engineer, {})).items[0]).toMatchObject({ state: 'delivered', status: 200, error: null })
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1)
    expect(new Set(receiver.got.map(({ body }) => body)).size).toBe(1)
    expect(await retryDelivery(engineer, { webhookId: webhook.id, deliveryId: item.id })).toMatchObject({ problem: { code: 'conflict' } })
    await receiver.down()
  })

  test('keeps no other webhook waiting', async () => {
    const [slow, quick] = [await makeTold(), await makeTold()]
    const open: (() => void)[] = []
    slow.receiver.answer = (response) => void open.push(() => response.end())
    await slow.launch()
    await quick.launch()
    const own = notifier({ ms: 0 })
    await own.round()
    await vi.waitFor(() => expect(quick.receiver.types()).toEqual([WAITS]), 4_000)
    await quick.launch()
    await own.round()
    await vi.waitFor(() => expect(quick.receiver.types()).toEqual([WAITS, WAITS]), 4_000)
    expect(open, 'the other is still being waited for').toHaveLength(1)
    await own.settled()
    expect((await listDeliveries(slow.engineer, {})).items[0]).toMatchObject({ status: null, error: 'It did not answer within 5 s.' })
    for (const end of open) end()
    await Promise.all([slow.receiver.down(), quick.receiver.down()])
  })
})

describe('whatever is interrupted', () => {
  test('while no engine was there is told when one is', async () => {
    const { receiver, launch, cancel } = await makeTold()
    const id = await launch()
    await cancel(id)
    await tell(notifier({ ms: 86_400_000 }))
    expect(receiver.types(id)).toEqual([WAITS, CANCELLED])
    await receiver.down()
  })

  test('between the sending and the noting is sent again by whoever comes next, under the same id and with the same body', async () => {
    const { receiver, launch } = await makeTold()
    await launch()
    const ahead = { ms: 0 }
    // A process that is killed after its request went out: it never comes to note it.
    const killed = notifier(ahead, { send: async (...message) => send(...message).then(() => new Promise<never>(() => undefined)) })
    await killed.round()
    await vi.waitFor(() => expect(receiver.got).toHaveLength(1), 30_000)
    const next = notifier(ahead)
    await tell(next)
    expect(receiver.got).toHaveLength(1)
    ahead.ms += 16_000
    await tell(next)
    expect(receiver.got).toHaveLength(2)
    expect(receiver.got[1].id).toBe(receiver.got[0].id)
    expect(receiver.got[1].body).toBe(receiver.got[0].body)
    ahead.ms += 60_000
    await tell(next)
    expect(receiver.got).toHaveLength(2)
    await receiver.down()
  })

  test('two notifiers at once send nothing twice', async () => {
    const { receiver, launch, cancel } = await makeTold()
    const pair = [notifier({ ms: 0 }), notifier({ ms: 0 })]
    const ids: string[] = []
    for (let i = 0; i < 8; i += 1) {
      const id = await launch()
      ids.push(id)
      await Promise.all([tell(...pair), cancel(id)])
    }
    await tell(...pair)
    await tell(...pair)
    for (const id of ids) expect(receiver.types(id)).toEqual([WAITS, CANCELLED])
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(receiver.got.length)
    await receiver.down()
  })
})

describe('an answer', () => {
  test('of 302 is an error that says what to do, and is not followed', async () => {
    const { receiver, launch, engineer } = await makeTold()
    const paths: string[] = []
    receiver.answer = (response, path) => {
      paths.push(path)
      response.writeHead(302, { location: receiver.url.replace('/in', '/elsewhere') }).end()
    }
    await launch()
    await tell(notifier({ ms: 0 }))
    expect(paths).toEqual(['/in'])
    expect((await listDeliveries(engineer, {})).items[0]).toMatchObject({
      state: 'retrying',
      status: 302,
      error: 'It answered 302: redirects are not followed. Make a webhook for the address that it leads to.',
    })
    await receiver.down()
  })

  test('of 200 means that it was taken, also when what follows has no end', async () => {
    const { receiver, launch, engineer } = await makeTold()
    const cut = new Promise<void>((resolve) => {
      receiver.answer = (response) => {
        const more = () => void (response.write(Buffer.alloc(65_536)) && setImmediate(more))
        response.writeHead(200).on('drain', more).on('close', resolve)
        more()
      }
    })
    await launch()
    await tell(notifier({ ms: 0 }))
    expect((await listDeliveries(engineer, {})).items[0]).toMatchObject({ state: 'delivered', status: 200, error: null })
    await cut
    await receiver.down()
  })
})

describe('a webhook', () => {
  test('that was removed is told nothing more, also not what waited, and its secret is forgotten', async () => {
    const { receiver, launch, engineer, webhook } = await makeTold()
    await receiver.down()
    await launch()
    const ahead = { ms: 0 }
    await tell(notifier(ahead))
    value(await removeWebhook(engineer, { webhookId: webhook.id }))
    await receiver.up()
    await launch()
    ahead.ms += 60_000
    await tell(notifier(ahead))
    expect(receiver.got).toEqual([])
    expect(await db().webhook.findUniqueOrThrow({ where: { id: webhook.id } })).toMatchObject({ secret: null, secretKey: null })
    expect(await listWebhooks(engineer)).toEqual([])
    await receiver.down()
  })

  test('is told nothing of what was before it', async () => {
    const { receiver, launch, engineer, house } = await makeTold()
    await launch()
    const later = await Receiver.start()
    value(await addWebhook(engineer, { teamId: house.team.id, name: 'later', url: later.url }))
    await tell(notifier({ ms: 0 }))
    expect([receiver.types(), later.types()]).toEqual([[WAITS], []])
    await Promise.all([receiver.down(), later.down()])
  })

  test('sends a test the same way as everything else', async () => {
    const { receiver, engineer, webhook } = await makeTold()
    const { messageId } = value(await testWebhook(engineer, { webhookId: webhook.id }))
    await tell(notifier({ ms: 0 }))
    expect(receiver.got).toMatchObject([{ id: messageId, message: { type: 'webhook.test', data: { webhook: webhook.id } } }])
    expect((await listDeliveries(engineer, {})).items).toMatchObject([{ title: 'A test', state: 'delivered', status: 204 }])
    await receiver.down()
  })

  test('on this machine is refused outside the example workspace, and one of before is no longer asked', async () => {
    const { receiver, launch, engineer, house } = await makeTold()
    await makeInstallation(false)
    try {
      expect(await addWebhook(engineer, { teamId: house.team.id, name: 'own', url: receiver.url })).toMatchObject({
        problem: { code: 'invalid', fields: [{ path: 'url', message: expect.stringMatching(/loopback/) }] },
      })
      await launch()
      await tell(notifier({ ms: 0 }))
      expect(receiver.got).toEqual([])
      expect((await listDeliveries(engineer, {})).items[0].error).toMatch(/loopback/)
    } finally {
      await makeInstallation(true)
    }
    await receiver.down()
  })

  test.each([
    ['http://169.254.169.254/latest/meta-data/', /link-local/],
    ['http://10.0.0.5/hook', /private network/],
    ['ftp://hooks.example.test/', /http or https/],
    ['https://ada:word@hooks.example.test/', /user name or password/],
  ])('to %s is refused at the field', async (url, message) => {
    const { engineer, house, receiver } = await makeTold()
    const refused = await addWebhook(engineer, { teamId: house.team.id, name: 'x', url })
    expect(refused).toMatchObject({ problem: { fields: [{ path: 'url', message: expect.stringMatching(message) }] } })
    await receiver.down()
  })

  test('whose message is not of it is refused as not found', async () => {
    const { engineer, webhook, receiver } = await makeTold()
    expect(await retryDelivery(engineer, { webhookId: webhook.id, deliveryId: newId() })).toMatchObject({ problem: { code: 'not-found' } })
    await receiver.down()
  })
})
