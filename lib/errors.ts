/** The error codes of the house, one table to HTTP status. */
export const STATUS = {
  invalid: 422,
  'unknown-parameter': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  stale: 409,
  'too-large': 413,
  unsupported: 415,
  'rate-limited': 429,
  unavailable: 503,
  internal: 500,
} as const

type ErrorCode = keyof typeof STATUS

/** One wrong field: where it is, and what would be right. */
export interface FieldError {
  path: string
  message: string
}

/** What a person or a machine is told; never holds an unknown error's message. */
export interface ProblemDetail {
  code: ErrorCode
  message: string
  fields?: FieldError[]
  requestId?: string
}

/** An expected refusal. Throw it anywhere below a command, route or query: the door turns it into its answer. */
export class Problem extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields?: FieldError[],
  ) {
    super(message)
    this.name = 'Problem'
  }

  /** The part that may leave the house. */
  detail(requestId?: string): ProblemDetail {
    return { code: this.code, message: this.message, ...(this.fields ? { fields: this.fields } : {}), ...(requestId ? { requestId } : {}) }
  }
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: ProblemDetail }

/** A field that is wrong on its own: 422 with its path. */
export function invalid(path: string, message: string): Problem {
  return new Problem('invalid', message, [{ path, message }])
}

/** The answer for what is not there, and for what another team owns. */
export function notFound(what: string): Problem {
  return new Problem('not-found', `There is no ${what}.`)
}
