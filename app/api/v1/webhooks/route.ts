import { addWebhook } from '@/lib/notifications/commands'
import { listWebhooks } from '@/lib/notifications/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute(async (actor) => ({ webhooks: await listWebhooks(actor) }), { permission: 'webhook:manage' })
export const POST = commandRoute(addWebhook, 201)
