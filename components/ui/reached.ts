import type { Result } from '@/lib/errors'

/**
 * Awaits a server action. Where web cannot be reached it resolves to a refusal, so that the page and what was typed stay; what failed on the server itself
 * (it carries a digest) goes on to the page's error.
 */
export async function reached<T>(asked: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof Error) || 'digest' in error) throw error
    const message = 'Slipway did not answer, so it is not known here whether it was done. Look at the state, and try again.'
    return { ok: false, problem: { code: 'unavailable', message } }
  }
}
