import type { ByteSource } from './bytes'
import type { TensorSpec } from './schema'
import { type Budget, fields, text } from './wire'

/** An input or output as the graph declares it; `problem` says why it cannot be served, as the end of a sentence. */
export interface Value extends TensorSpec {
  problem: string | null
}

interface Range {
  from: number
  to: number
}

/** TensorProto.DataType to the Open Inference Protocol's names. */
const DATATYPE: Record<number, TensorSpec['datatype']> = {
  1: 'FP32',
  2: 'UINT8',
  3: 'INT8',
  4: 'UINT16',
  5: 'INT16',
  6: 'INT32',
  7: 'INT64',
  8: 'BYTES',
  9: 'BOOL',
  10: 'FP16',
  11: 'FP64',
  12: 'UINT32',
  13: 'UINT64',
  16: 'BF16',
}
const DIMENSIONS_MAX = 8
const ZIPMAP =
  "is a sequence or a map, not a tensor (scikit-learn's ZipMap). Export again with to_onnx(model, X, options={'zipmap': False})."

/** Reads a ValueInfoProto. */
export function value(source: ByteSource, range: Range, budget: Budget): Value {
  const result: Value = { name: '', datatype: 'FP32', shape: [], problem: 'declares no type.' }
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.kind !== 'bytes') continue
    if (field.id === 1) result.name = text(source, field, 200)
    if (field.id === 2) readType(source, field, budget, result)
  }
  if (result.name === '') result.problem = 'has no name.'
  return result
}

function readType(source: ByteSource, range: Range, budget: Budget, result: Value): void {
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.kind !== 'bytes') continue
    if (field.id === 1) readTensor(source, field, budget, result)
    // sequence_type, map_type, sparse_tensor_type, optional_type
    else if (field.id === 4 || field.id === 5) result.problem = ZIPMAP
    else if (field.id === 8 || field.id === 9) result.problem = 'is a sparse or optional value, not a tensor.'
  }
}

function readTensor(source: ByteSource, range: Range, budget: Budget, result: Value): void {
  let type = 0
  const shape: number[] = []
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.id === 1 && field.kind === 'number') type = field.value
    if (field.id === 2 && field.kind === 'bytes')
      for (const dimension of fields(source, field.from, field.to, budget))
        if (dimension.id === 1 && dimension.kind === 'bytes' && shape.length <= DIMENSIONS_MAX)
          shape.push(readDimension(source, dimension, budget))
  }
  const datatype = DATATYPE[type]
  result.problem = datatype ? null : `has the tensor type ${type}, which cannot be sent by the Open Inference Protocol.`
  if (shape.length > DIMENSIONS_MAX) result.problem = `has more than ${DIMENSIONS_MAX} dimensions.`
  result.datatype = datatype ?? 'FP32'
  result.shape = shape
}

/** A named, empty or zero dimension is free: -1. */
function readDimension(source: ByteSource, range: Range, budget: Budget): number {
  let size = -1
  for (const field of fields(source, range.from, range.to, budget))
    if (field.id === 1 && field.kind === 'number' && field.value > 0) size = field.value
  return size
}
