import { databaseAnswers } from '@/lib/installation/queries'

export const dynamic = 'force-dynamic'

/** Web and its database, for load balancers: open to all, tells nothing else. */
export async function GET(): Promise<Response> {
  const ok = await databaseAnswers()
  return Response.json({ ok }, { status: ok ? 200 : 503 })
}
