import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { invalid, notFound, Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { checkTarget } from '@/lib/outbound/guard'
import { teamById } from '@/lib/teams/store'
import { messageId, testBody } from './message'
import { AddWebhook, RetryDelivery, TEST_TYPE, WEBHOOKS_MAX, WebhookId } from './schema'
import { makeSecret, sealedSecret } from './secret'
import { webhookById } from './store'
import { allowedTargets } from './target'

const ofWebhook = async (tx: Tx, { webhookId }: { webhookId: string }) => ({ teamId: (await webhookById(tx, webhookId)).teamId })

/**
 * Makes a webhook: from now on it is told of the rollouts of the team's models. The answer holds the secret with which its receiver checks what comes, this
 * once: it is stored sealed, and only the engine opens it.
 */
export const addWebhook = defineCommand({
  name: 'webhook.add',
  input: AddWebhook,
  permission: 'webhook:manage',
  scope: async (tx, { teamId }) => ({ teamId: (await teamById(tx, teamId)).id }),
  async run({ tx, actor, input, now, audit }) {
    const { teamId, name, url } = input
    const refusal = checkTarget(url, await allowedTargets(tx))
    if (refusal) throw invalid('url', refusal)
    if ((await tx.webhook.count({ where: { teamId, removedAt: null } })) >= WEBHOOKS_MAX)
      throw new Problem('conflict', `A team has at most ${WEBHOOKS_MAX} webhooks. Remove one first.`)
    const plaintext = makeSecret()
    const id = newId()
    const made = { authorId: actor.id, authorName: actor.name, createdAt: now, cursor: now }
    await tx.webhook.create({ data: { id, teamId, name, url, ...(await sealedSecret(plaintext)), ...made } })
    // The path of an address is often a secret of its own: the trail names the host only.
    audit({ kind: 'webhook', id, name, detail: { host: new URL(url).host } })
    return { id, name, url, secret: plaintext }
  },
})

/** Ends a webhook: nothing more is sent, what waited is dropped, its secret is forgotten. The log of what was sent stays for 30 days. */
export const removeWebhook = defineCommand({
  name: 'webhook.remove',
  input: WebhookId,
  permission: 'webhook:manage',
  scope: ofWebhook,
  async run({ tx, input, now, audit }) {
    const { id, name, url } = await webhookById(tx, input.webhookId)
    await tx.webhook.update({ where: { id }, data: { removedAt: now, secret: null, secretKey: null } })
    await tx.webhookDelivery.updateMany({ where: { webhookId: id, nextAt: { not: null } }, data: { nextAt: null } })
    audit({ kind: 'webhook', id, name, detail: { host: new URL(url).host } })
    return { id }
  },
})

/** Has the engine send a test, the same way as everything else; the log says what came of it. */
export const testWebhook = defineCommand({
  name: 'webhook.test',
  input: WebhookId,
  permission: 'webhook:manage',
  scope: ofWebhook,
  async run({ tx, actor, input, now, audit }) {
    const { id: webhookId, name } = await webhookById(tx, input.webhookId)
    const id = newId()
    const body = testBody({ id: webhookId, name }, actor.name, now)
    await tx.webhookDelivery.create({ data: { id, webhookId, type: TEST_TYPE, body, createdAt: now, nextAt: now } })
    const message = messageId({ id, rolloutId: null, seq: null })
    audit({ kind: 'webhook', id: webhookId, name, detail: { message } })
    return { deliveryId: id, messageId: message }
  },
})

/** Sends a message again that was given up, or sooner one that waits for its next try; under the same id, so that a receiver that has it can drop it. */
export const retryDelivery = defineCommand({
  name: 'webhook.retry',
  input: RetryDelivery,
  permission: 'webhook:manage',
  scope: ofWebhook,
  async run({ tx, input, now, audit }) {
    const { id, name } = await webhookById(tx, input.webhookId)
    const delivery = await tx.webhookDelivery.findFirst({ where: { id: input.deliveryId, webhookId: id } })
    if (!delivery) throw notFound('such message')
    if (delivery.deliveredAt) throw new Problem('conflict', 'This message was taken: there is nothing to send again.')
    await tx.webhookDelivery.updateMany({ where: { id: delivery.id, deliveredAt: null }, data: { nextAt: now } })
    audit({ kind: 'webhook', id, name, detail: { message: messageId(delivery) } })
    return { deliveryId: delivery.id, messageId: messageId(delivery) }
  },
})
