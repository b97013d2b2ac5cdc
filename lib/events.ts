import pg from 'pg'
import type { Sql } from './db'
import { required } from './env'

/** Channels: `slipway_wake` (an endpoint id: the engine looks sooner) and `slipway_changed` (a key such as `rollout:ID`: pages ask again). */
type Channel = 'slipway_wake' | 'slipway_changed'

/** Keys that a page may listen to. */
export type ChangeKey =
  | `rollout:${string}`
  | `endpoint:${string}`
  | `model:${string}`
  | `environment:${string}`
  | 'approvals'
  | 'rollouts'
  | 'members'

/** Wakes the engine for an endpoint when this transaction commits. */
export async function wakeEndpoint(tx: Sql, endpointId: string): Promise<void> {
  await tx.$executeRaw`
    with woken as (update endpoint set wake_at = clock_timestamp() where id = ${endpointId}::uuid) select pg_notify('slipway_wake', ${endpointId})`
}

/** Tells open pages which keys changed, when this transaction commits. */
export async function announce(tx: Sql, ...keys: ChangeKey[]): Promise<void> {
  await tx.$executeRaw`select pg_notify('slipway_changed', key) from unnest(${keys}::text[]) as key`
}

/**
 * Listens on a channel with a connection of its own, reconnecting for ever (1 s apart). A wake is only a hint: whoever listens also looks by the clock.
 * Returns a function that stops listening.
 */
export function listen(channel: Channel, onMessage: (payload: string) => void): () => Promise<void> {
  let client: pg.Client | undefined
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  const connect = async () => {
    const next = new pg.Client({ connectionString: required('DATABASE_URL'), keepAlive: true })
    client = next
    const again = () => {
      next.removeAllListeners('notification')
      if (!stopped && client === next) retry = setTimeout(() => void connect(), 1_000)
      client = undefined
    }
    next.on('error', again)
    next.on('notification', (message) => onMessage(message.payload ?? ''))
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
    } catch {
      again()
    }
  }
  void connect()
  return async () => {
    stopped = true
    clearTimeout(retry)
    await client?.end().catch(() => undefined)
  }
}
