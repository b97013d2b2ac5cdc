import { type NextRequest, NextResponse } from 'next/server'

/** The header by which a page knows its own address; what a client sends under this name is overwritten. */
const PATH_HEADER = 'x-slipway-path'

/** Tells pages their own address, so that signing in leads back to it. It protects nothing. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  const headers = new Headers(request.headers)
  headers.set(PATH_HEADER, `${pathname}${search}`)
  return NextResponse.next({ request: { headers } })
}

// Only pages: the API answers 401 itself, and files have no session.
export const config = { matcher: '/((?!api/|_next/|.*\\.\\w+$).*)' }
