import { testWebhook } from '@/lib/notifications/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(testWebhook, 202)
