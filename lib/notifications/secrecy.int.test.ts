import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { env, required } from '@/lib/env'
import { unseal } from '@/lib/seal'
import { addWebhook, removeWebhook, retryDelivery, testWebhook } from './commands'
import { listDeliveries, listWebhooks, webhookTeams } from './queries'
import { makeTold, notifier, startSealing, tell } from './receiver.fixture'

let stop: () => void
beforeAll(async () => {
  stop = await startSealing()
})
afterAll(() => stop())

test('what comes is signed so that the library of Standard Webhooks takes it, and takes nothing that was changed', async () => {
  const { receiver, launch, webhook } = await makeTold()
  await launch()
  await tell(notifier({ ms: 0 }))
  const [{ headers, body, message }] = receiver.got
  const signed = headers as Record<string, string>
  expect(new Webhook(webhook.secret).verify(body, signed)).toEqual(message)
  expect(() => new Webhook(webhook.secret).verify(body.replace('awaiting', 'missing'), signed)).toThrow()
  expect(() => new Webhook(webhook.secret).verify(body, { ...signed, 'webhook-id': 'msg_other' })).toThrow()
  expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, signed)).toThrow()
  await receiver.down()
})

test('the secret is shown once: it stands in no table, no list and no message, and only sealed on its row', async () => {
  const { receiver, launch, webhook, engineer } = await makeTold()
  expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  await launch()
  await testWebhook(engineer, { webhookId: webhook.id })
  await tell(notifier({ ms: 0 }))
  const key = webhook.secret.slice('whsec_'.length)
  const tables = await db().$queryRaw<
    { name: string }[]
  >`select tablename as name from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'`
  const forms = [key, Buffer.from(key, 'base64').toString('hex'), Buffer.from(webhook.secret).toString('hex')]
  for (const { name } of tables) {
    const rows = await db().$queryRawUnsafe<{ text: string }[]>(`select t::text as text from "${name}" t`)
    const text = rows.map((row) => row.text).join('\n')
    for (const form of forms) expect(text.includes(form), name).toBe(false)
  }
  const said = JSON.stringify([await listWebhooks(engineer), await listDeliveries(engineer, {}), receiver.got])
  expect(said).not.toContain(key)
  const row = await db().webhook.findUniqueOrThrow({ where: { id: webhook.id } })
  expect(unseal({ bytes: row.secret ?? new Uint8Array(), keyId: row.secretKey }, required('SLIPWAY_SEALING_KEY'))).toBe(webhook.secret)
  await receiver.down()
})

test('the trail names a webhook’s host, never its path, which may be a secret of its own', async () => {
  const { receiver, webhook } = await makeTold()
  const rows = await db().audit.findMany({ where: { targetId: webhook.id } })
  expect(rows).toMatchObject([{ verb: 'webhook.add', detail: { host: new URL(receiver.url).host } }])
  expect(JSON.stringify(rows)).not.toContain('/in')
  await receiver.down()
})

test('a webhook is not stored while the engine, which alone can seal, is away', async () => {
  const { receiver, engineer, house } = await makeTold()
  const there = env().SLIPWAY_ENGINE_URL
  env().SLIPWAY_ENGINE_URL = 'http://127.0.0.1:1'
  try {
    const refused = await addWebhook(engineer, { teamId: house.team.id, name: 'second', url: receiver.url })
    expect(refused).toMatchObject({ problem: { code: 'unavailable', message: expect.stringMatching(/cannot be sealed now/) } })
    expect(await listWebhooks(engineer)).toHaveLength(1)
  } finally {
    env().SLIPWAY_ENGINE_URL = there
  }
  await receiver.down()
})

test('another team’s webhook and its messages are not found, and its rollouts are not told to ours', async () => {
  const [ours, theirs] = [await makeTold(), await makeTold()]
  await theirs.launch()
  await tell(notifier({ ms: 0 }))
  expect([ours.receiver.types(), theirs.receiver.types()]).toEqual([[], ['rollout.awaiting_approval']])
  const [message] = (await listDeliveries(theirs.engineer, {})).items
  const webhookId = theirs.webhook.id
  for (const attempt of [
    removeWebhook(ours.engineer, { webhookId }),
    testWebhook(ours.engineer, { webhookId }),
    retryDelivery(ours.engineer, { webhookId, deliveryId: message.id }),
    addWebhook(ours.engineer, { teamId: theirs.house.team.id, name: 'x', url: ours.receiver.url }),
  ])
    expect(await attempt).toMatchObject({ ok: false, problem: { code: 'not-found' } })
  expect((await listWebhooks(ours.engineer)).map(({ id }) => id)).toEqual([ours.webhook.id])
  await expect(listDeliveries(ours.engineer, { webhookId })).rejects.toMatchObject({ code: 'not-found' })
  expect(await retryDelivery(ours.engineer, { webhookId: ours.webhook.id, deliveryId: message.id })).toMatchObject({
    problem: { code: 'not-found' },
  })
  await Promise.all([ours.receiver.down(), theirs.receiver.down()])
})

test('viewers and approvers see no webhook: an address may be a secret', async () => {
  const team = await makeTeam()
  const reader = await makeMember([
    { role: 'viewer', teamId: team.id },
    { role: 'approver', teamId: team.id },
  ])
  expect([await webhookTeams(reader), await listWebhooks(reader), (await listDeliveries(reader, {})).items]).toEqual([[], [], []])
})
