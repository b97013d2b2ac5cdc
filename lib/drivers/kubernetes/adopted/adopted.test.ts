import { expect, test } from 'vitest'
import { isAdopted } from './adopted'

const ENDPOINT = { 'slipway.dev/endpoint': '01900000-0000-7000-8000-0000000000ee' }
const OURS = { 'app.kubernetes.io/managed-by': 'slipway' }
const RECORD = { 'slipway.dev/record': '{}' }
const ADOPTED = { 'slipway.dev/adopted': '{}' }

test.each<[string, object, object]>([
  ['as it was made', { ...ENDPOINT, ...OURS }, RECORD],
  ['without its label', ENDPOINT, RECORD],
  ['that another tool labelled as its own', { ...ENDPOINT, 'app.kubernetes.io/managed-by': 'Helm' }, RECORD],
  ['without its record', { ...ENDPOINT, ...OURS }, {}],
])('an endpoint’s own route stays its own: %s', (_how, labels, annotations) => {
  expect(isAdopted({ metadata: { name: 'r', labels: { ...labels }, annotations: { ...annotations } } })).toBe(false)
})

test.each<[string, object, object]>([
  ['as it was taken over', ENDPOINT, ADOPTED],
  ['without its memory', ENDPOINT, {}],
  ['that somebody labelled as ours', { ...ENDPOINT, ...OURS }, ADOPTED],
  ['of a Helm release', { ...ENDPOINT, 'app.kubernetes.io/managed-by': 'Helm' }, ADOPTED],
])('a route that was taken over is never the endpoint’s own: %s', (_how, labels, annotations) => {
  expect(isAdopted({ metadata: { name: 'r', labels: { ...labels }, annotations: { ...annotations } } })).toBe(true)
})

test('a route that serves no endpoint was not taken over', () => {
  expect(isAdopted({ metadata: { name: 'r', labels: { ...OURS }, annotations: ADOPTED } })).toBe(false)
})
