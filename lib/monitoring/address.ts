import { z } from 'zod'

/** Whether a text from an address is an id at all; Postgres refuses others as an error of ours. */
export function isId(text: string): boolean {
  return z.uuid().safeParse(text).success
}
