import { expect, test } from 'vitest'
import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'
import { servingWords } from './serving-words'

test('how models run is told in one sentence', () => {
  expect(servingWords(ServingSettings.parse({}))).toBe(
    'Slipway model server; each replica with 500m CPU and 512Mi memory; as many replicas as its rollout asks for',
  )
  const settings = { runtime: 'triton', gpu: { count: 2 }, autoscaler: { max: 6, cpu: 60 }, nodeSelector: { pool: 'gpu' }, source: {} }
  expect(servingWords(ServingSettings.parse(settings))).toBe(
    'NVIDIA Triton Inference Server; each replica with 500m CPU and 512Mi memory, 2 nvidia.com/gpu; ' +
      'up to 6 replicas of a version, at 60 % of that CPU; model files from their versions’ own locations; on nodes with pool=gpu',
  )
})
