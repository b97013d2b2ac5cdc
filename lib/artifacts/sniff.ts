import type { ByteSource } from './bytes'
import { type ForeignFormat, HINTS } from './export-hints'
import { readOnnx } from './onnx'
import type { Signature } from './schema'

type Sniffed =
  | { format: 'onnx'; signature: Signature }
  /** `message`: what it is, and how to get an ONNX file from it. */
  | { format: ForeignFormat; signature: null; message: string }

const HEAD = 256 * 1024
const TAIL = 64 * 1024

/** Says what a file is from its bytes alone: nothing in it is loaded or run, names and extensions do not count. */
export function sniff(source: ByteSource): Sniffed {
  if (source.size === 0) return foreign('empty')
  const head = Buffer.from(source.read(0, Math.min(HEAD, source.size)))
  const known = byMagic(head, source)
  if (known) return foreign(known)
  const onnx = readOnnx(source)
  if (onnx.ok) return { format: 'onnx', signature: onnx.signature }
  if (isSavedModel(head)) return foreign('saved-model')
  if (onnx.likely) return foreign('damaged-onnx', onnx.reason)
  return foreign(byText(head))
}

function foreign(format: ForeignFormat, detail = ''): Sniffed {
  const { what, how } = HINTS[format]
  return { format, signature: null, message: `This is ${what}.${detail ? ` ${detail}` : ''} A version is an ONNX file. ${how}` }
}

const MAGIC: readonly [number, string | readonly number[], ForeignFormat][] = [
  [0, '\x89HDF\r\n', 'hdf5'],
  [0, 'GGUF', 'gguf'],
  [0, '\x93NUMPY', 'npy'],
  [0, 'CBM1', 'catboost'],
  [0, 'version https://git-lfs', 'git-lfs'],
  [4, 'TFL3', 'tflite'],
  [257, 'ustar', 'tar'],
  [0, [0x1f, 0x8b], 'compressed-pickle'],
  [0, 'BZh', 'compressed-pickle'],
  [0, '\xfd7zXZ', 'compressed-pickle'],
  [0, [0x04, 0x22, 0x4d, 0x18], 'compressed-pickle'],
  [0, [0x78, 0x01], 'compressed-pickle'],
  [0, [0x78, 0x5e], 'compressed-pickle'],
  [0, [0x78, 0x9c], 'compressed-pickle'],
  [0, [0x78, 0xda], 'compressed-pickle'],
]

function byMagic(head: Buffer, source: ByteSource): ForeignFormat | null {
  for (const [at, mark, format] of MAGIC) {
    const bytes = typeof mark === 'string' ? Buffer.from(mark, 'latin1') : Buffer.from(mark)
    if (head.subarray(at, at + bytes.length).equals(bytes)) return format
  }
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5) return pickleKind(head)
  if (/^(\(dp0|\(lp0|ccopy_reg\n|c__builtin__\n|csklearn)/.test(head.toString('latin1', 0, 40))) return 'pickle'
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return zipKind(head, source)
  if (isSafetensors(head, source.size)) return 'safetensors'
  return null
}

function pickleKind(head: Buffer): ForeignFormat {
  if (head.includes('joblib')) return 'joblib'
  return head.includes('torch') ? 'torch' : 'pickle'
}

function zipKind(head: Buffer, source: ByteSource): ForeignFormat {
  const tail = Buffer.from(source.read(Math.max(0, source.size - TAIL), TAIL))
  const holds = (name: string) => head.includes(name) || tail.includes(name)
  if (holds('data.pkl')) return 'torch'
  if (holds('saved_model.pb')) return 'saved-model'
  if (holds('model.weights.h5')) return 'keras'
  return 'zip'
}

/** Eight bytes of header length, then a JSON object. */
function isSafetensors(head: Buffer, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false
  const length = head.readBigUInt64LE(0)
  return length > 1n && length < BigInt(size) && length < 100_000_000n
}

/** saved_model.pb: schema version 1, then a MetaGraphDef whose first field is its meta information. */
function isSavedModel(head: Buffer): boolean {
  if (head[0] !== 0x08 || head[1] !== 0x01 || head[2] !== 0x12) return false
  let at = 3
  while (at < 13 && (head[at] ?? 0) >= 0x80) at += 1
  return head[at + 1] === 0x0a
}

function byText(head: Buffer): ForeignFormat {
  const start = head.toString('utf8', 0, 4_000).trimStart()
  if (start.startsWith('tree\n') || start.startsWith('tree\r\n')) return 'lightgbm'
  if (start.startsWith('{') && start.includes('"learner"')) return 'xgboost'
  if (head.subarray(0, 4).equals(Buffer.from('binf')) || (head[0] === 0x7b && head.subarray(0, 200).includes('learner'))) return 'xgboost'
  if (/^(<!doctype html|<html)/i.test(start)) return 'html'
  if (start.includes('<PMML')) return 'pmml'
  // Control characters other than white space do not stand in text.
  const binary = head.subarray(0, 4_000).some((byte) => byte < 9 || (byte > 13 && byte < 32))
  return binary ? 'unknown' : 'text'
}
