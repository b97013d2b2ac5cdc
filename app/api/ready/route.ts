import { readiness } from '@/lib/installation/queries'

export const dynamic = 'force-dynamic'

/** Every part and what it says: 200 when all that the installation needs works. */
export async function GET(): Promise<Response> {
  const state = await readiness()
  return Response.json(state, { status: state.ok ? 200 : 503 })
}
