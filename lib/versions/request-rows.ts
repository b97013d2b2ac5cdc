import type { Signature, TensorSpec } from '@/lib/artifacts/schema'

/** Rows of features, null where a value is missing. */
export type FeatureRow = (number | null)[]

/** A request as the Open Inference Protocol has it. */
export interface InferBody {
  inputs: { name: string; datatype: string; shape: number[]; data: unknown[] }[]
}

/** How many rows the model takes per request: null for any number, else its fixed first dimension. */
export function fixedBatch(signature: Signature): number | null {
  const first = signature.inputs.map((input) => input.shape[0] ?? 1).find((size) => size !== -1)
  return first ?? null
}

/** Rows of features as one request: one matrix, or one column per input where the model has several. */
export function bodyOf(signature: Signature, rows: readonly FeatureRow[]): InferBody {
  const single = signature.inputs.length === 1
  return {
    inputs: signature.inputs.map((input, i) => ({
      name: input.name,
      datatype: input.datatype,
      shape: shapeFor(input, rows.length, single ? (rows[0]?.length ?? 1) : 1),
      data: single ? rows.flat() : rows.map((row) => row[i] ?? null),
    })),
  }
}

function shapeFor(input: TensorSpec, rows: number, width: number): number[] {
  if (input.shape.length <= 1) return [rows]
  const rest = input.shape.slice(1)
  return [rows, ...rest.map((size) => (size === -1 ? width : size))]
}

/** A request of made-up rows, for a model without a sample: every element differs a little, the same ones each time. */
export function madeUpBody(signature: Signature, seed: number): InferBody {
  const batch = fixedBatch(signature) ?? 1
  return {
    inputs: signature.inputs.map((input) => {
      const shape = input.shape.map((size, i) => (i === 0 ? batch : size === -1 ? 1 : size))
      const count = shape.reduce((product, size) => product * size, 1)
      const data = Array.from({ length: count }, (_item, i) => element(input.datatype, seed + i))
      return { name: input.name, datatype: input.datatype, shape, data }
    }),
  }
}

function element(datatype: string, i: number): unknown {
  if (datatype === 'BYTES') return 'a'
  if (datatype === 'BOOL') return i % 2 === 0
  if (datatype.startsWith('FP') || datatype === 'BF16') return ((i * 7_919) % 1_000) / 1_000
  return i % 2
}
