import onnxProto from 'onnx-proto'

const { onnx } = onnxProto

interface Tensor {
  name: string
  elemType?: number
  dims?: (number | string)[]
}

/** What of a small ONNX model a test wants different. */
export interface Wanted {
  inputs?: Tensor[]
  outputs?: Tensor[]
  nodes?: { opType: string; input: string[]; output: string[] }[]
  initializers?: { name: string; dims: number[]; floats: number[]; external?: boolean }[]
  metadata?: Record<string, string>
}

function valueInfo({ name, elemType = 1, dims = ['n', 1] }: Tensor) {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/** The bytes of a real ONNX model: by default probability = sigmoid(sum of `width` inputs). */
export function onnxModel(wanted: Wanted = {}, width = 8): Buffer {
  const weights: NonNullable<Wanted['initializers']>[number] = {
    name: 'weights',
    dims: [width, 1],
    floats: new Array<number>(width).fill(0.1),
  }
  const model = onnx.ModelProto.create({
    irVersion: 7,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: Object.entries(wanted.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'graph',
      input: (wanted.inputs ?? [{ name: 'input', dims: ['n', width] }]).map(valueInfo),
      output: (wanted.outputs ?? [{ name: 'probability', dims: ['n', 1] }]).map(valueInfo),
      node: wanted.nodes ?? [
        { opType: 'MatMul', input: ['input', 'weights'], output: ['sum'] },
        { opType: 'Sigmoid', input: ['sum'], output: ['probability'] },
      ],
      initializer: (wanted.initializers ?? [weights]).map((tensor) => ({
        name: tensor.name,
        dims: tensor.dims,
        dataType: 1,
        floatData: tensor.floats,
        dataLocation: tensor.external ? 1 : 0,
      })),
    },
  })
  return Buffer.from(onnx.ModelProto.encode(model).finish())
}

/** A chunk at a time, as an upload comes. */
export async function* chunksOf(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
