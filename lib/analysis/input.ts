/** Refuses what is not a whole number of events (0 .. 2^53 - 1). RangeError names the field and the value. */
export function requireCount(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number of at least 0, not ${value}.`)
  return value
}

/** Refuses NaN and infinities. */
export function requireFinite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, not ${value}.`)
  return value
}

/** Refuses NaN only: a log e-value may be -infinity (E = 0) or +infinity. */
export function requireNumber(value: number, name: string): number {
  if (Number.isNaN(value)) throw new RangeError(`${name} must be a number, not NaN.`)
  return value
}

/** Refuses what is not finite and above 0 (ratios, limits, dispersions). */
export function requirePositive(value: number, name: string): number {
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} must be a finite number above 0, not ${value}.`)
  return value
}

/** Refuses what is not strictly between 0 and 1 (error levels, quantiles). */
export function requireOpenUnit(value: number, name: string): number {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie between 0 and 1, both excluded, not ${value}.`)
  return value
}

/** Refuses hits that are not a count or exceed their trials. */
export function requireHits(hits: number, trials: number, hitsName: string, trialsName: string): void {
  requireCount(trials, trialsName)
  requireCount(hits, hitsName)
  if (hits > trials) throw new RangeError(`${hitsName} (${hits}) must not exceed ${trialsName} (${trials}).`)
}
