'use server'

import { cookies } from 'next/headers'
import { readTheme, THEME_COOKIE } from './schema'

const YEAR_S = 365 * 86_400

/** Keeps the theme for this browser. It needs no actor: it touches only the caller's own cookie. */
export async function keepTheme(theme: string): Promise<void> {
  const jar = await cookies()
  if (readTheme(theme) === 'system') jar.delete(THEME_COOKIE)
  else jar.set(THEME_COOKIE, readTheme(theme), { path: '/', maxAge: YEAR_S, sameSite: 'lax' })
}
