/** The protocol's datatypes that ONNX tensors have, each with the runtime's name for it. */
const RUNTIME_TYPE: Record<string, string> = {
  FP32: 'float32',
  FP64: 'float64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  BOOL: 'bool',
  BYTES: 'string',
}
const PROTOCOL_TYPE = Object.fromEntries(Object.entries(RUNTIME_TYPE).map(([protocol, runtime]) => [runtime, protocol]))

const RANGE: Record<string, [number, number]> = {
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
}

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[]

/** The protocol's name of a runtime type; the runtime's own name in capitals for one the protocol lacks. */
export function protocolType(runtime: string): string {
  return PROTOCOL_TYPE[runtime] ?? runtime.toUpperCase()
}

export function runtimeType(protocol: string): string | undefined {
  return RUNTIME_TYPE[protocol]
}

/** Why a JSON value cannot be an element of this datatype; null when it can. null is a missing number in floating point. */
export function wrongElement(datatype: string, value: unknown): string | null {
  if (datatype === 'FP32' || datatype === 'FP64') {
    if (value === null) return null
    return typeof value === 'number' && Number.isFinite(value) ? null : 'a finite number, or null where it is missing'
  }
  if (datatype === 'BYTES') return typeof value === 'string' ? null : 'a string'
  if (datatype === 'BOOL') return typeof value === 'boolean' ? null : 'true or false'
  const [low, high] = RANGE[datatype] ?? [0, 0]
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
    ? null
    : `a whole number from ${low} to ${high}`
}

/** Checked JSON elements as the typed array that the runtime takes. */
export function toTyped(datatype: string, values: readonly unknown[]): TensorData {
  const numbers = values as readonly number[]
  switch (datatype) {
    case 'FP32':
      return Float32Array.from(numbers, (value) => value ?? Number.NaN)
    case 'FP64':
      return Float64Array.from(numbers, (value) => value ?? Number.NaN)
    case 'INT8':
      return Int8Array.from(numbers)
    case 'INT16':
      return Int16Array.from(numbers)
    case 'INT32':
      return Int32Array.from(numbers)
    case 'INT64':
      return BigInt64Array.from(numbers, (value) => BigInt(value))
    case 'UINT8':
      return Uint8Array.from(numbers)
    case 'UINT16':
      return Uint16Array.from(numbers)
    case 'UINT32':
      return Uint32Array.from(numbers)
    case 'UINT64':
      return BigUint64Array.from(numbers, (value) => BigInt(value))
    case 'BOOL':
      return Uint8Array.from(values, (value) => (value === true ? 1 : 0))
    default:
      return values as string[]
  }
}

/** A runtime tensor's elements as JSON values: whole 64-bit numbers become numbers, a float that JSON cannot hold becomes null. */
export function toJson(datatype: string, data: ArrayLike<unknown>): unknown[] {
  return Array.from(data, (value) => {
    if (typeof value === 'bigint') return Number(value)
    if (typeof value === 'number' && !Number.isFinite(value)) return null
    return datatype === 'BOOL' ? value === 1 || value === true : value
  })
}
