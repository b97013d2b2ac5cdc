import type { Actor } from '@/lib/auth/actor'
import type { Result } from '@/lib/errors'

/** Runs a command as a person would; what it refuses ends the start with its words. */
export async function run<O>(command: (actor: Actor, input: unknown) => Promise<Result<O>>, actor: Actor, input: unknown): Promise<O> {
  const result = await command(actor, input)
  if (!result.ok) throw new Error(result.problem.message)
  return result.value
}
