import { refresh } from 'next/cache'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { z } from 'zod'
import type { Command } from '@/lib/command'
import type { Result } from '@/lib/errors'
import type { Actor } from './actor'
import { memberActor } from './member-actor'
import { ownPath } from './own-path'
import { readSession, sessionCookie } from './session-token'

/** Who is signed in, or null. Read once per request, however many components ask. */
export const currentActor = cache(actorNow)

async function actorNow(): Promise<Actor | null> {
  const claims = await readSession((await cookies()).get(sessionCookie())?.value)
  return claims ? memberActor(claims) : null
}

/** Who is signed in, for pages; leads to the sign-in page, and from there back, when nobody is. It protects the page's reads, never an action. */
export async function sessionActor(): Promise<Actor> {
  const actor = await currentActor()
  if (actor) return actor
  // Set by proxy.ts on every page.
  const path = ownPath((await headers()).get('x-slipway-path') ?? undefined)
  redirect(path === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ next: path })}`)
}

/**
 * The people's door to a command, for actions.ts. It finds the actor itself: a server action can be called without the page it
 * belongs to, so nothing that the page checked counts here. After a success the page shows the new state, unless the caller must first
 * show the answer (a secret that is seen once), or the act ended its own session: the page could only lead to the sign-in page then, and
 * the answer, in which the way back in is, would be lost with it.
 */
export async function act<I extends z.ZodType, O>(
  command: Command<I, O>,
  input: unknown,
  { refresh: renew = true }: { refresh?: boolean } = {},
): Promise<Result<O>> {
  const actor = await currentActor()
  if (!actor) return { ok: false, problem: { code: 'unauthenticated', message: 'Your session is over. Sign in and do it again.' } }
  const result = await command(actor, input)
  if (result.ok && renew && (await actorNow())) refresh()
  return result
}
