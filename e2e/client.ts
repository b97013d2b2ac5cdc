import { expect } from '@playwright/test'

/** A flight of June as the example's traffic sends it: eight numbers in the order of the features. */
const FLIGHT = [18, 4, 733, 0.21, 0.19, 0.2, 0.15, 31]
/** The body of its request, by the Open Inference Protocol. */
export const INFER_BODY = JSON.stringify({ inputs: [{ name: 'input', shape: [1, FLIGHT.length], datatype: 'FP32', data: FLIGHT }] })
const AT_ONCE = 4

/** Sends `n` requests to an endpoint as any client would, and counts which version answered, by `x-model-version`. Every answer must be a good one. */
export async function countAnswers(address: string, n: number, headers: Record<string, string> = {}): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  let left = n
  const send = async () => {
    while (left > 0) {
      left -= 1
      const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: INFER_BODY })
      expect(answer.status, await answer.text()).toBe(200)
      const version = answer.headers.get('x-model-version') ?? 'none'
      seen.set(version, (seen.get(version) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))
  return seen
}

/** Five standard deviations of a binomial count: right routing misses it once in two million times. */
export function expectShare(counted: number, n: number, share: number): void {
  const away = Math.abs(counted / n - share)
  expect(away, `${counted} of ${n} went to next; ${share * 100} % was wanted`).toBeLessThanOrEqual(5 * Math.sqrt((share * (1 - share)) / n))
}
