import { ZodError } from 'zod'

// What is stored as a document was written by an earlier program, by another, or by a hand, and may not be what is read today.

/** Why a stored document cannot be read, as a clause: "the plan cannot be read: steps: ...". What is no fault of the document is thrown again. */
export function whyUnreadable(what: string, error: unknown): string {
  if (!(error instanceof ZodError)) throw error
  const [first] = error.issues
  const where = first?.path.join('.')
  const says = first?.message.replace(/\.$/, '') ?? 'it is not what it should be'
  return `the ${what} cannot be read: ${where ? `${where}: ` : ''}${says}`
}

/** One row of a list: as it is read, or what `instead` makes of why it cannot be, so that it shows itself and hides no other row. */
export function readOr<T, U>(what: string, read: () => T, instead: (why: string) => U): T | U {
  let why: string
  try {
    return read()
  } catch (error) {
    why = whyUnreadable(what, error)
  }
  return instead(why)
}
