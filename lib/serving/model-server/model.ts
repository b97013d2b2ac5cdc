import { InferenceSession, Tensor } from 'onnxruntime-node'
import { protocolType, runtimeType, toJson } from './datatype'
import type { Signature, TensorSpec } from './protocol'
import type { InferRequest } from './request'
import { scoreOutput, scoresOf } from './score'

export interface Outcome {
  outputs: { name: string; datatype: string; shape: number[]; data: unknown[] }[]
  scores: (number | null)[]
  runMs: number
}

/** A loaded ONNX model. One thread, sequential: less CPU per request, and a replica never takes more than a core. */
export class Model {
  private constructor(
    private readonly session: InferenceSession,
    readonly signature: Signature,
    private readonly scored: string | null,
  ) {}

  /** Throws the runtime's message for what is not a model it can load. */
  static async load(path: string): Promise<Model> {
    const session = await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
    })
    const signature = { inputs: session.inputMetadata.map(spec), outputs: session.outputMetadata.map(spec) }
    return new Model(session, signature, scoreOutput(signature.outputs))
  }

  async run(request: InferRequest): Promise<Outcome> {
    const feeds: Record<string, Tensor> = {}
    for (const { spec: input, shape, data } of request.feeds) {
      feeds[input.name] = new Tensor(runtimeType(input.datatype) as Tensor.Type, data as Tensor.DataTypeMap[Tensor.Type], shape)
    }
    const start = performance.now()
    const results = await this.session.run(feeds)
    const runMs = performance.now() - start
    const scored = this.scored === null ? null : results[this.scored]
    const outputs = this.signature.outputs
      .filter(({ name }) => request.wanted === null || request.wanted.includes(name))
      .map(({ name, datatype }) => ({
        name,
        datatype,
        shape: [...results[name].dims],
        data: toJson(datatype, results[name].data as ArrayLike<unknown>),
      }))
    return {
      outputs,
      scores: scored ? scoresOf(scored.data as ArrayLike<number>, scored.dims, request.rows) : new Array(request.rows).fill(null),
      runMs,
    }
  }
}

function spec(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor)
    throw new Error(`"${metadata.name}" is not a tensor: export the model with plain tensor inputs and outputs (zipmap off).`)
  const shape = metadata.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : -1))
  return { name: metadata.name, datatype: protocolType(metadata.type), shape }
}
