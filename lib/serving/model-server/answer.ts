import type { Observe } from '@/lib/endpoints/wish'
import type { SeriesRole } from '@/lib/monitoring/flush'
import { BinCounter, featureRows } from './bins'
import type { Model } from './model'
import { RequestObserver } from './observed'
import type { Load } from './protocol'
import { BadRequest, readRequest } from './request'
import { isPositive } from './score'

export interface Reply {
  status: number
  body: unknown
  runMs: number
  scores: (number | null)[]
  /** Score and decision of a request of one row, for its label; null otherwise. */
  prediction: { score: number | null; positive: boolean } | null
  /** The row's features, when they were wanted. */
  features: number[] | null
  /** What the rollout wants counted of it, as it stands in the header; null: nothing, or the request could not be read. */
  observed: string | null
}

/** Answers inference requests with one model and counts what it saw. */
export class Answerer {
  readonly bins: BinCounter
  #observer: RequestObserver | null = null

  constructor(
    readonly model: Model,
    private readonly load: Load,
  ) {
    this.bins = new BinCounter(load.baseline)
  }

  /** From now on each answer tells what `observe` asks of its request; null: nothing. */
  observe(observe: Observe | null): void {
    const names = this.load.baseline?.features.map((feature) => feature.name)
    this.#observer = observe && names ? new RequestObserver(observe, names) : null
  }

  /** `body`: the parsed JSON. Never throws: what is wrong with the request is a 400, what is wrong with the model a 500. */
  async infer(body: unknown, role: SeriesRole, wantFeatures: boolean): Promise<Reply> {
    // Told also of a request that the model fails on: else a part of them that always fails would be seen nowhere.
    let observed: string | null = null
    try {
      const { inputs, outputs } = this.model.signature
      const request = readRequest(body, inputs, outputs, this.load.maxRows)
      const rows = this.load.baseline || wantFeatures ? featureRows(request.feeds, request.rows) : []
      observed = this.#observer?.describe(rows[0]) ?? null
      const outcome = await this.model.run(request)
      this.bins.add(role, rows, outcome.scores)
      const single = request.rows === 1
      const score = outcome.scores[0]
      return {
        status: 200,
        body: {
          model_name: this.load.model,
          model_version: String(this.load.version),
          ...(request.id === undefined ? {} : { id: request.id }),
          outputs: outcome.outputs,
        },
        runMs: outcome.runMs,
        scores: outcome.scores,
        prediction: single ? { score, positive: isPositive(score, this.load.threshold) } : null,
        features: single && wantFeatures ? rows[0] : null,
        observed,
      }
    } catch (error) {
      const bad = error instanceof BadRequest
      const message = error instanceof Error ? error.message : String(error)
      return { ...refusal(bad ? 400 : 500, bad ? message : `The model failed: ${message}`), prediction: null, features: null, observed }
    }
  }
}

function refusal(status: number, error: string) {
  return { status, body: { error }, runMs: 0, scores: [] }
}
