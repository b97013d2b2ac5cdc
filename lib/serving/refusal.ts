/** An answer that the gateway gives itself. `code` is for machines, `error` for people (and the protocol's field). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}
