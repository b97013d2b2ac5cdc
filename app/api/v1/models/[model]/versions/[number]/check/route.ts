import { commandRoute } from '@/lib/route'
import { repeatCheck } from '@/lib/versions/commands'

export const POST = commandRoute(repeatCheck, 202)
