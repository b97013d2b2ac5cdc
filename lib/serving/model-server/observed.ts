import type { Observe } from '@/lib/endpoints/wish'
import { binOf } from './bins'

/** Reads off a request what a rollout wants counted of it. Features are found by their names in this version's baseline, so that both arms mean the same. */
export class RequestObserver {
  readonly #features: { at: number; edges: number[] }[]
  readonly #segments: { id: number; at: number; from: number; to: number }[]

  constructor(
    private readonly observe: Observe,
    names: readonly string[],
  ) {
    this.#features = observe.features.map(({ name, edges }) => ({ at: names.indexOf(name), edges }))
    this.#segments = observe.segments.flatMap(({ id, feature, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }) =>
      feature === undefined ? [] : [{ id, at: names.indexOf(feature), from, to }],
    )
  }

  /** "KEY;SEGMENT;BIN,BIN,..." of the first row, which speaks for its request: a request is what is routed. */
  describe(row: readonly number[]): string {
    const fits = this.#segments.find(({ at, from, to }) => row[at] >= from && row[at] < to)
    const bins = this.#features.map(({ at, edges }) => (at < 0 ? -1 : binOf(edges, row[at] ?? null)))
    return `${this.observe.key};${fits?.id ?? 0};${bins.join()}`
  }
}
