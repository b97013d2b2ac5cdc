import * as fc from 'fast-check'
import type { EvidenceWindow } from './process'

/** The formulas written out as they are defined, slowly and without tables: what the tests hold the real code against. */
interface Form {
  exact?: boolean
  phi?: number
}

export function lseOf(values: number[]): number {
  const max = Math.max(...values)
  return values.length === 0 ? Number.NEGATIVE_INFINITY : max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0))
}

export function hyperOf(x: number, K: number, nC: number, nS: number, lp: number): number {
  const low = Math.max(0, K - nS)
  const high = Math.min(nC, K)
  if (high <= low) return 0
  const lr = [0]
  for (let u = low; u < high; u += 1) lr.push((lr.at(-1) ?? 0) + Math.log(((nC - u) * (K - u)) / ((u + 1) * (nS - K + u + 1))))
  return x * lp - (lseOf(lr.map((value, i) => value + (low + i) * lp)) - lseOf(lr))
}

function logRatio(windows: readonly EvidenceWindow[], psi: number, { exact = false, phi = 1 }: Form): number {
  const lp = Math.log(psi)
  let sum = 0
  for (const { xC, nC, xS, nS } of windows) {
    const K = xC + xS
    if (nC === 0 || nS === 0 || K === 0) continue
    if (exact && Math.min(nC, K) <= 4096) sum += hyperOf(xC, K, nC, nS, lp)
    else sum += xC * lp - K * Math.log1p((nC / (nC + nS)) * Math.expm1(lp))
  }
  return sum / phi
}

export function logEOf(windows: readonly EvidenceWindow[], psi0: number, side: 'gt' | 'lt', form: Form = {}): number {
  const terms: { prior: number; logs: number }[] = []
  for (let j = -64; j <= 96; j += 1) {
    const lp = (j * Math.log(2)) / 16
    const inside = side === 'gt' ? lp > Math.log(psi0) + 1e-12 : lp < Math.log(psi0) - 1e-12
    if (inside) terms.push({ prior: -Math.abs(j) / 16, logs: logRatio(windows, Math.exp(lp), form) })
  }
  if (terms.length === 0) return 0
  return lseOf(terms.map((term) => term.prior + term.logs)) - lseOf(terms.map((term) => term.prior)) - logRatio(windows, psi0, form)
}

export function bandOf(windows: readonly EvidenceWindow[], alpha: number, form: Form = {}): { lower: number; upper: number } {
  const lps = Array.from({ length: 161 }, (_, i) => ((i - 64) * Math.log(2)) / 16)
  const edge = (side: 'gt' | 'lt', path: number[]): number | undefined => {
    const g = (lp: number) => logEOf(windows, Math.exp(lp), side, form) - Math.log(1 / alpha)
    for (let i = 0, before = 0; i < path.length; i += 1) {
      const now = g(path[i])
      if (now < 0) return i === 0 ? undefined : Math.exp(path[i - 1] + ((path[i] - path[i - 1]) * before) / (before - now))
      before = now
    }
    return undefined
  }
  return { lower: edge('gt', lps) ?? 0, upper: edge('lt', [...lps].reverse()) ?? Number.POSITIVE_INFINITY }
}

export function close(actual: number, expected: number, tolerance = 1e-9): boolean {
  return actual === expected || Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
}

/** Windows of up to `most` requests per arm, empty arms and all-bad arms among them. */
export function windowOf(most: number): fc.Arbitrary<EvidenceWindow> {
  const arm = fc.integer({ min: 0, max: most }).chain((n) => fc.record({ n: fc.constant(n), x: fc.integer({ min: 0, max: n }) }))
  return fc.tuple(arm, arm).map(([c, s]) => ({ xC: c.x, nC: c.n, xS: s.x, nS: s.n }))
}
