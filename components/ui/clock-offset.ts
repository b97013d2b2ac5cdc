/** When a page was asked for and when its answer began, by the browser's clock in ms. */
export interface Asked {
  askedAt: number
  answeredAt: number
}

/** Less is taken for no difference: "just now" is as coarse. */
const TOLERATED_MS = 1_500

/**
 * Server's clock minus the browser's, ms; 0: none that can be told. `serverNow` was read somewhere between asking and the begin of the answer, so that a page
 * that is slow to come or to be drawn is no wrong clock: of all differences that could be, the smallest.
 */
export function clockOffset(serverNow: number, { askedAt, answeredAt }: Asked): number {
  const [least, most] = [serverNow - answeredAt, serverNow - askedAt]
  const offset = Math.max(least, Math.min(most, 0))
  return Math.abs(offset) > TOLERATED_MS ? offset : 0
}
