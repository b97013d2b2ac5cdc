import { listDeliveries } from '@/lib/notifications/queries'
import { ListDeliveries } from '@/lib/notifications/schema'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, { webhookId }, search) => listDeliveries(actor, { ...Object.fromEntries(search), webhookId }), {
  takes: ListDeliveries.omit({ webhookId: true }),
  permission: 'webhook:manage',
})
