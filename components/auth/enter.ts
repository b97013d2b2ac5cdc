import { signIn } from '@/lib/auth/client'

/** Signs in with the password that was just set, and goes to the overview; to the sign-in page when that is refused. */
export async function enter(email: string, password: string): Promise<void> {
  const refused = await signIn('credentials', { email, password })
  window.location.assign(refused === null ? '/' : '/sign-in')
}
