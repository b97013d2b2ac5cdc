import { env } from '@/lib/env'

/**
 * True if a browser sent this from one of our own pages. Needed wherever a cookie alone would let a request change something:
 * another site can make a browser send it. Without either header it counts as foreign.
 */
export function fromOwnPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  if (site) return site === 'same-origin'
  const origin = headers.get('origin')
  if (!origin || !URL.canParse(origin)) return false
  const ours = env().NEXTAUTH_URL
  return new URL(origin).host === headers.get('host') || (ours !== undefined && new URL(ours).origin === origin)
}
