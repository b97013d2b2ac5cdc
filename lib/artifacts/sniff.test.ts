import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf } from './bytes'
import { HINTS } from './export-hints'
import { onnxModel } from './onnx.fixture'
import { sniff } from './sniff'

const of = (bytes: Uint8Array | string) => sniff(bytesOf(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes))
const varint = (n: number) => {
  const bytes = []
  for (let rest = n; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 0x80)
  }
}
const field = (id: number, body: Uint8Array) => Buffer.concat([varint(id * 8 + 2), varint(body.length), body])
const HEAD = Buffer.concat([Buffer.from([0x08, 7]), field(2, Buffer.from('test')), field(8, Buffer.from([0x10, 13]))])

describe('an ONNX file', () => {
  it.each(['live', 'better', 'slow', 'wrong-hour', 'wrong-gmt'])('of the example (%s) tells its signature', (name) => {
    const sniffed = of(readFileSync(`examples/flights/${name}.onnx`))
    expect(sniffed.signature?.inputs).toEqual([{ name: 'input', datatype: 'FP32', shape: [-1, 8] }])
    expect(sniffed.signature?.outputs).toEqual([{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }])
    expect(JSON.parse(sniffed.signature?.metadata.features ?? '[]')).toHaveLength(8)
  })

  it('does not count weights listed as inputs (old exporters) among its inputs', () => {
    const inputs = [
      { name: 'input', dims: ['n', 8] },
      { name: 'weights', dims: [8, 1] },
    ]
    expect(of(onnxModel({ inputs })).signature?.inputs.map((input) => input.name)).toEqual(['input'])
  })

  it('with weights in another file is refused with how to save it as one', () => {
    const sniffed = of(onnxModel({ initializers: [{ name: 'weights', dims: [8, 1], floats: [], external: true }] }))
    expect(sniffed).toMatchObject({ format: 'damaged-onnx', message: expect.stringContaining('save_as_external_data=False') })
  })

  it('with an output that is a map (ZipMap) is refused with the option that turns it off', () => {
    const map = Buffer.concat([field(1, Buffer.from('output_probability')), field(2, field(5, Buffer.alloc(0)))])
    const input = Buffer.concat([field(1, Buffer.from('x')), field(2, field(1, Buffer.from([0x08, 1])))])
    const sniffed = of(Buffer.concat([HEAD, field(7, Buffer.concat([field(11, input), field(12, map)]))]))
    expect(sniffed).toMatchObject({ message: expect.stringContaining("options={'zipmap': False}") })
  })

  it('cut anywhere is never taken for a whole one', () => {
    const whole = onnxModel()
    for (let length = 1; length < whole.length; length++) expect(of(whole.subarray(0, length)).format, `${length} bytes`).not.toBe('onnx')
  })
})

// Two million fields and two thousand files take long on a busy machine.
describe('a hostile protobuf', { timeout: 60_000 }, () => {
  it('with a length past its end is refused with the byte', () => {
    const sniffed = of(Buffer.concat([HEAD, Buffer.from([7 * 8 + 2]), varint(2 ** 40)]))
    expect(sniffed).toMatchObject({ format: 'damaged-onnx', message: expect.stringMatching(/At byte 12: a field of 1099511627776 bytes/) })
  })

  it('of millions of empty fields ends at the budget', () => {
    const sniffed = of(Buffer.concat([HEAD, field(7, Buffer.alloc(4_500_000, Buffer.from([1 * 8 + 2, 0])))]))
    expect(sniffed).toMatchObject({ message: expect.stringContaining('more fields than a model has') })
  })

  it('nested as deep as it likes is read in constant depth', () => {
    let body: Buffer = Buffer.alloc(0)
    for (let depth = 0; depth < 2_000; depth++) body = field(7, body)
    expect(of(Buffer.concat([HEAD, body])).format).toBe('damaged-onnx')
  })

  it('with thousands of inputs is refused', () => {
    const inputs = Array.from({ length: 100 }, (_item, i) => ({ name: `x${i}` }))
    expect(of(onnxModel({ inputs }))).toMatchObject({ message: expect.stringContaining('has 100 inputs; at most 64') })
  })

  it('of any bytes is answered, never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, headed) => {
        const sniffed = of(headed ? Buffer.concat([HEAD, bytes]) : bytes)
        expect(['onnx', ...Object.keys(HINTS)]).toContain(sniffed.format)
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })
})

describe('a file of another framework is named, and told how to become ONNX', () => {
  const zip = (name: string) => `PK\x03\x04${'\0'.repeat(26)}${name}`
  const savedModel = Buffer.concat([Buffer.from([0x08, 1]), field(2, Buffer.concat([Buffer.from([0x0a, 4]), Buffer.from('tags')]))])
  it.each<[string, Uint8Array | string, string]>([
    ['pickle', '\x80\x04\x95\x10\0\0\0sklearn.linear_model', 'skl2onnx'],
    ['pickle', '(dp0\nS"a"\n', 'skl2onnx'],
    ['joblib', '\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper', 'skl2onnx'],
    ['compressed-pickle', '\x78\x9cabc', 'skl2onnx'],
    ['torch', zip('archive/data.pkl'), 'torch.onnx.export'],
    ['saved-model', zip('model/saved_model.pb'), 'tf2onnx'],
    ['saved-model', savedModel, 'tf2onnx'],
    ['keras', zip('model.weights.h5'), 'tf2onnx'],
    ['hdf5', '\x89HDF\r\n\x1a\n', 'tf2onnx'],
    ['safetensors', `\x10\0\0\0\0\0\0\0{"a":{"dtype":1}}`.padEnd(60), 'torch.onnx.export'],
    ['lightgbm', 'tree\nversion=v4\n', 'convert_lightgbm'],
    ['xgboost', '{"learner":{"attributes":{}}}', 'convert_xgboost'],
    ['catboost', 'CBM1\0\0', "format='onnx'"],
    ['tflite', '\x1c\0\0\0TFL3', '--tflite'],
    ['git-lfs', 'version https://git-lfs.github.com/spec/v1\n', 'git lfs pull'],
    ['html', '<!DOCTYPE html><title>Sign in', 'Download'],
    ['tar', `${'a'.repeat(257)}ustar`, 'Unpack'],
    ['zip', zip('notes.txt'), 'Unpack'],
    ['text', 'hello\n', 'ONNX'],
    ['empty', '', 'again'],
    ['unknown', '\xde\xad\xbe\xef\0\0\0\0', 'ONNX'],
  ])('%s', (format, bytes, how) => {
    const sniffed = of(bytes)
    expect(sniffed.format).toBe(format)
    expect(sniffed).toMatchObject({ message: expect.stringContaining(how) })
  })
})
