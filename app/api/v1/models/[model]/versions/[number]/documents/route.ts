import { commandRoute } from '@/lib/route'
import { addDocument } from '@/lib/versions/commands'

export const POST = commandRoute(addDocument, 201)
