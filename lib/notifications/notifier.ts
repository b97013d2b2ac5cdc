import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import type { Allow } from '@/lib/outbound/address'
import { unseal } from '@/lib/seal'
import { messageId } from './message'
import { fillOutbox } from './outbox'
import { ATTEMPTS_MAX } from './schema'
import { type Outcome, type Send, send } from './send'
import { type ClaimedWebhook, claimWebhooks, nextDue, releaseClaim, renewClaim, settleTry } from './store'
import { allowedTargets } from './target'

/** What a notifier is given. `now`: ms, the house's time; `origin`: the address that browsers use; `send` is the real one except where a test dies after it. */
export interface NotifierPorts {
  now: () => Promise<number>
  sealingKey: string | null
  origin: string
  send?: Send
}

/** So many webhooks are served side by side: one receiver that does not answer keeps none of the others waiting. */
const SIDE_BY_SIDE = 32
/** A round waits no longer than this for its receivers; who is slower goes on beside the next rounds. */
const ROUND_MS = 1_000

/**
 * Tells webhooks of what the ledgers say. Each webhook is served by one notifier at a time, by a lease, one message after another. Whatever is interrupted is
 * done again by whoever comes next: at worst a message is sent twice, under the same id.
 */
export class Notifier {
  readonly #owner = newId()
  readonly #busy = new Set<Promise<void>>()
  readonly #send: Send

  constructor(private readonly ports: NotifierPorts) {
    this.#send = ports.send ?? send
  }

  /** Stores what is new to be told, and begins to send what is due. */
  async round(): Promise<void> {
    const nowMs = await this.ports.now()
    await fillOutbox(this.ports.origin, nowMs)
    const free = SIDE_BY_SIDE - this.#busy.size
    const claimed = free > 0 ? await claimWebhooks(db(), this.#owner, nowMs, free) : []
    if (claimed.length === 0) return
    const allow = await allowedTargets(db())
    const begun = claimed.map((webhook) => this.#begin(webhook, allow))
    await Promise.race([Promise.all(begun), sleep(ROUND_MS, undefined, { ref: false })])
  }

  /** When everything that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy)
  }

  #begin(webhook: ClaimedWebhook, allow: Allow): Promise<void> {
    const work = this.#serve(webhook, allow)
      .catch((error) => log.warn({ err: error, webhook: webhook.id }, 'a webhook could not be served; its lease ends by itself'))
      .finally(() => this.#busy.delete(work))
    this.#busy.add(work)
    return work
  }

  /** Sends what is due, in order, until nothing is or one is not taken: then the receiver is left alone until the next is due. */
  async #serve(webhook: ClaimedWebhook, allow: Allow): Promise<void> {
    let taken = true
    while (taken) {
      const nowMs = await this.ports.now()
      if (!(await renewClaim(db(), webhook.id, this.#owner, nowMs))) return
      const due = await nextDue(db(), webhook.id, nowMs)
      if (!due) break
      const outcome = await this.#try(webhook, { id: messageId(due), body: due.body }, allow, nowMs)
      taken = outcome.error === null
      await settleTry(db(), webhook.id, due, outcome, await this.ports.now())
      if (!taken && due.attempts + 1 >= ATTEMPTS_MAX)
        log.warn({ webhook: webhook.id, message: messageId(due), error: outcome.error }, 'a message was given up')
    }
    await releaseClaim(db(), webhook.id, this.#owner)
  }

  async #try(webhook: ClaimedWebhook, message: { id: string; body: string }, allow: Allow, at: number): Promise<Outcome> {
    let secret: string
    try {
      secret = unseal({ bytes: webhook.secret, keyId: webhook.secretKey }, this.ports.sealingKey ?? '')
    } catch (error) {
      log.warn({ err: error, webhook: webhook.id }, 'a webhook’s secret cannot be opened')
      return { status: null, error: 'Its secret cannot be opened by this engine: remove the webhook and make a new one.' }
    }
    return this.#send({ url: webhook.url, secret, ...message, at }, allow)
  }
}
