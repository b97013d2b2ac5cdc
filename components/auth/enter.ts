import { signIn } from '@/lib/auth/client'
import type { Result } from '@/lib/errors'

export interface Refusal {
  message: string | null
  fields: Record<string, string>
}

export const NO_REFUSAL: Refusal = { message: null, fields: {} }

/** A refusal as forms show it: the sentences that belong to a field stand there, any other above the form. */
export function refusalOf<T>(result: Result<T>): Refusal {
  if (result.ok) return NO_REFUSAL
  const fields = Object.fromEntries((result.problem.fields ?? []).map((field) => [field.path, field.message]))
  return { message: Object.keys(fields).length > 0 ? null : result.problem.message, fields }
}

/** Signs in with the password that was just set, and goes to the overview; to the sign-in page when that is refused. */
export async function enter(email: string, password: string): Promise<void> {
  const refused = await signIn('credentials', { email, password })
  window.location.assign(refused === null ? '/' : '/sign-in')
}
