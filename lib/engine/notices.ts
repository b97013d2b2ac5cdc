import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { Notifier } from '@/lib/notifications/notifier'
import { forgetDeliveries } from '@/lib/notifications/store'
import { postgresClock } from './clock'
import type { JobKinds } from './jobs'
import type { ClusterPorts } from './observer'

const LOOK_EVERY_MS = 1_000
const FORGET_EVERY_MS = 3_600_000

/** Telling webhooks what the ledgers say: beside the turns, which neither wait for it nor know of it. */
export function noticeKinds({ sealingKey }: ClusterPorts): JobKinds {
  const { NEXTAUTH_URL, SLIPWAY_URL } = env()
  const notifier = new Notifier({ now: postgresClock.now, sealingKey, origin: NEXTAUTH_URL ?? SLIPWAY_URL })
  return {
    webhooks: { periodic: true, run: () => notifier.round().then(() => LOOK_EVERY_MS) },
    'webhook-log': { periodic: true, run: (_job, nowMs) => forgetDeliveries(db(), new Date(nowMs)).then(() => FORGET_EVERY_MS) },
  }
}
