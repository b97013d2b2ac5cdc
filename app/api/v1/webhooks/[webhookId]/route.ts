import { removeWebhook } from '@/lib/notifications/commands'
import { commandRoute } from '@/lib/route'

export const DELETE = commandRoute(removeWebhook)
