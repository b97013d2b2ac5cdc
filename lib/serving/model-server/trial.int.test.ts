import { writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Trial } from './trial'

const LIMITS = { startMs: 20_000, runMs: 10_000, memoryBytes: 1e9 }
const ROW = [8.5, 1, 700, 0.2, 0.25, 0.3, 0.1, 12]
const load = { model: 'delay', version: 1, artifact: 'examples/flights/live.onnx', threshold: 0.25, baseline: null, maxRows: 100 }
let open: Trial | undefined

function body(rows: number, data: unknown[] = Array.from({ length: rows }, () => ROW).flat(), extra: object = {}) {
  return { inputs: [{ name: 'input', datatype: 'FP32', shape: [rows, 8], data, ...extra }] }
}

afterEach(async () => open?.close())

test('a real model is loaded and answers with its scores, over IPC alone', async () => {
  open = await Trial.open(load, LIMITS)
  expect(open.signature).toEqual({
    inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 8] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
  })
  const answer = await open.infer(body(3))
  expect(answer.status).toBe(200)
  expect(answer.scores).toHaveLength(3)
  expect(answer.scores[0]).toBeGreaterThan(0)
  expect(answer.body).toMatchObject({ model_name: 'delay', model_version: '1', outputs: [{ name: 'probability', shape: [3, 1] }] })
  expect(open.peakMemoryBytes).toBeGreaterThan(1e7)
})

test.each([
  ['no inputs', {}, /wrong at inputs/],
  ['text for a number', body(1, [...ROW.slice(1), 'x']), /Element 7 .* finite number/],
  ['a number too many', body(1, [...ROW, 1]), /has 8 elements, not 9/],
  ['another width', body(1, ROW, { shape: [1, 9] }), /shape \[-1,8\]/],
  ['another datatype', body(1, ROW, { datatype: 'INT64' }), /FP32, not INT64/],
  ['an unknown input', body(1, ROW, { name: 'x' }), /no input "x": it has "input"/],
  ['no rows', body(0, []), /0 rows: send 1 to 100/],
  ['too many rows', body(101), /101 rows: send 1 to 100/],
  ['deep nesting', body(1, JSON.parse(`${'['.repeat(20)}1${']'.repeat(20)}`)), /nested more than 8/],
  ['an unknown output', { ...body(1), outputs: [{ name: 'y' }] }, /no output "y"/],
])('a request with %s is refused with what would be right', async (_name, request, message) => {
  open = await Trial.open(load, LIMITS)
  const answer = await open.infer(request)
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error: expect.stringMatching(message) })
})

test('a file that is not a model is refused with the reason', async () => {
  const artifact = path.join(os.tmpdir(), `not-a-model-${process.pid}.onnx`)
  writeFileSync(artifact, 'import pickle')
  await expect(Trial.open({ ...load, artifact }, LIMITS)).rejects.toThrow(/Protobuf parsing failed/)
})

test('a model that passes its memory bound is ended and the bound named', async () => {
  await expect(Trial.open(load, { ...LIMITS, memoryBytes: 1e6 }).then((trial) => trial.infer(body(1)))).rejects.toThrow(
    /of memory; 1 MB are allowed/,
  )
})

test('a model that is too slow is ended and the bound named', async () => {
  open = await Trial.open({ ...load, artifact: 'examples/flights/slow.onnx', maxRows: 5_000 }, { ...LIMITS, runMs: 300 })
  await expect(open.infer(body(100, undefined)).then(() => open?.infer(body(5_000)))).rejects.toThrow(/did not answer within 0.3 s/)
})

test('the server of a trial that is closed is gone', async () => {
  open = await Trial.open(load, LIMITS)
  await open.close()
  await expect(open.infer(body(1))).rejects.toThrow(/The trial is over/)
})
