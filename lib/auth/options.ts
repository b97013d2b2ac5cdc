import type { NextAuthOptions, User } from 'next-auth'
import { db } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { log } from '@/lib/log'
import { actAs } from './act-as'
import { SESSION_SECONDS } from './session-token'
import { auditSession, signIn } from './sign-in'

type Headers = Record<string, unknown> | undefined

/** Sign-in by password; accounts from an identity provider will be found or made in the same place. No adapter: the session is the token. */
export const authOptions: NextAuthOptions = {
  session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
  pages: { signIn: '/sign-in', error: '/sign-in' },
  providers: [
    {
      id: 'credentials',
      name: 'Email and password',
      type: 'credentials',
      credentials: { email: {}, password: {} },
      authorize: (given, request) =>
        answer(async () => {
          const signedIn = await signIn({
            email: String(given?.email ?? ''),
            password: String(given?.password ?? ''),
            address: addressOf(request.headers),
          })
          return { id: signedIn.id, sessionVersion: signedIn.sessionVersion }
        }),
    },
    {
      id: 'act-as',
      name: 'Act as',
      type: 'credentials',
      credentials: { memberId: {} },
      authorize: (given, request) => answer(() => actAs(String(request.headers?.cookie ?? ''), String(given?.memberId ?? ''))),
    },
  ],
  callbacks: {
    jwt({ token, user }) {
      if (!user) return token
      const until = Math.floor(Date.now() / 1000) + SESSION_SECONDS
      return { sub: user.id, version: user.sessionVersion, until, ...(user.by ? { by: user.by } : {}) }
    },
  },
  events: {
    async signOut({ token }) {
      if (!token?.sub) return
      const member = await db().member.findUnique({ where: { id: token.sub }, select: { id: true, name: true } })
      if (member) await db().$transaction((tx) => auditSession(tx, member, 'member.sign-out'))
    },
  },
  logger: {
    error: (code, detail) => log.error({ code, err: detail }, 'sign-in failed'),
    warn: (code) => log.warn({ code }, 'sign-in warning'),
    debug: () => undefined,
  },
}

/** next-auth shows the message of whatever is thrown here to the browser: only expected refusals may pass. */
async function answer(check: () => Promise<User>): Promise<User> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof Problem) throw new Error(error.message)
    log.error({ err: error }, 'sign-in failed')
    throw new Error('Something failed on our side. Try again in a moment.')
  }
}

/** The address nearest to us: what the last proxy (or Next itself) saw. The ones before it are the sender's word. */
function addressOf(headers: Headers): string {
  const forwarded = String(headers?.['x-forwarded-for'] ?? '')
  return forwarded.split(',').at(-1)?.trim().slice(0, 64) || 'unknown'
}
