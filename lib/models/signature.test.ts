import { describe, expect, it } from 'vitest'
import type { Signature, TensorSpec } from '@/lib/artifacts/schema'
import { declaredFeatures, rowWidth, signatureFits } from './signature'

const spec = (name: string, shape: number[], datatype: TensorSpec['datatype'] = 'FP32'): TensorSpec => ({ name, datatype, shape })
const signature = (inputs: TensorSpec[], outputs = [spec('probability', [-1, 1])], metadata = {}): Signature => ({
  inputs,
  outputs,
  producer: '',
  opsets: [],
  metadata,
})
const live = signature([spec('input', [-1, 8])])

describe('signatureFits', () => {
  it('takes the same signature, and one that takes more sizes', () => {
    expect(signatureFits(live, live)).toEqual({ ok: true })
    expect(signatureFits(signature([spec('input', [1, 8])]), live)).toEqual({ ok: true })
  })

  it('takes more outputs than the live version has', () => {
    expect(signatureFits(live, signature(live.inputs, [spec('label', [-1], 'INT64'), ...live.outputs])).ok).toBe(true)
  })

  it.each<[string, Signature, string]>([
    ['another width', signature([spec('input', [-1, 9])]), 'Its input "input" is FP32 [any, 9]; the live version\'s is FP32 [any, 8].'],
    ['another type', signature([spec('input', [-1, 8], 'FP64')]), 'Its input "input" is FP64 [any, 8]'],
    ['another name', signature([spec('x', [-1, 8])]), 'It has no input "input" FP32 [any, 8], which the live version has; it has "x".'],
    ['an input more', signature([spec('input', [-1, 8]), spec('mask', [-1, 8])]), 'It needs an input "mask"'],
    ['a fixed batch', signature([spec('input', [1, 8])]), 'Its input "input" is FP32 [1, 8]'],
    ['another rank', signature([spec('input', [-1, 8, 1])]), 'Its input "input" is FP32 [any, 8, 1]'],
    ['no such output', signature(live.inputs, [spec('score', [-1, 1])]), 'It has no output "probability"'],
  ])('refuses %s with both sides', (_name, next, reason) => {
    const fit = signatureFits(live, next)
    expect(fit.ok ? '' : fit.reason).toContain(reason)
  })
})

describe('a row', () => {
  it('is as wide as the dimensions after the first', () => {
    expect(rowWidth(spec('a', [-1, 8]))).toBe(8)
    expect(rowWidth(spec('a', [-1, 2, 3]))).toBe(6)
    expect(rowWidth(spec('a', [-1]))).toBe(1)
    expect(rowWidth(spec('a', [-1, -1]))).toBeNull()
  })

  it('has the feature names that the file declares, as JSON or with commas', () => {
    expect(declaredFeatures(signature([], [], { features: '["a", "b"]' }))).toEqual(['a', 'b'])
    expect(declaredFeatures(signature([], [], { feature_names: 'a, b' }))).toEqual(['a', 'b'])
    expect(declaredFeatures(signature([], [], { features: '{"a": 1}' }))).toBeNull()
    expect(declaredFeatures(live)).toBeNull()
  })
})
