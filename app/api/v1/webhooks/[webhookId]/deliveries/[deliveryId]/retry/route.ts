import { retryDelivery } from '@/lib/notifications/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(retryDelivery, 202)
