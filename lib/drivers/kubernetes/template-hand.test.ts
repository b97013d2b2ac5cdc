import { describe, expect, it } from 'vitest'
import { restoringPatch, templateHand } from './template-hand'

const IN_PODS = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } } } }
const AT = '2026-11-22T02:00:07Z'

function hand(manager: string, fieldsV1: unknown = IN_PODS, over: { time?: string | null; subresource?: string } = {}) {
  return { manager, operation: 'Update', subresource: '', time: AT, fieldsV1, ...over }
}

function deployment(managedFields: ReturnType<typeof hand>[], restored?: string) {
  return { metadata: { annotations: restored ? { 'slipway.dev/restored': restored } : ({} as Record<string, string>), managedFields } }
}

describe('another hand on what pods run', () => {
  it('is the last of those who wrote into it, by name and time', () => {
    const early = hand('helm', IN_PODS, { time: '2026-11-22T01:00:00Z' })
    expect(templateHand(deployment([hand('slipway'), early, hand('kubectl-edit')]))).toEqual({
      manager: 'kubectl-edit',
      at: Date.parse(AT),
    })
    expect(templateHand(deployment([hand('', IN_PODS, { time: null })]))).toEqual({ manager: 'somebody', at: 0 })
  })

  it('is nobody’s where KServe made the Deployment: it writes them, and keeps them', () => {
    const { metadata } = deployment([hand('kserve-controller-manager')])
    expect(templateHand({ metadata: { ...metadata, labels: { 'slipway.dev/name': 'fraud-v1' } } })).toBeNull()
    expect(templateHand({ metadata: { ...metadata, labels: {} } })).not.toBeNull()
  })

  it.each([
    ['we', hand('slipway')],
    ['who scales', hand('kubectl', { 'f:spec': { 'f:replicas': {} } })],
    ['who restarts', hand('kubectl', { 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': {} } } } })],
    ['who writes its status', hand('kube-controller-manager', IN_PODS, { subresource: 'status' })],
    ['who leaves no fields', hand('old', null)],
    ['rubbish', hand('strange', 'f:spec')],
  ])('is not %s', (_who, each) => {
    expect(templateHand(deployment([each]))).toBeNull()
  })

  it('is over once what it wrote was put back; in the very second of that it may have come after', () => {
    expect(templateHand(deployment([hand('kubectl')], '2026-11-22T02:00:08.100Z'))).toBeNull()
    expect(templateHand(deployment([hand('kubectl')], '2026-11-22T02:00:07.900Z'))).toMatchObject({ manager: 'kubectl' })
  })

  it('is taken out as a whole, and when is remembered', () => {
    expect(restoringPatch({ spec: {} }, new Date(AT))).toEqual([
      { op: 'replace', path: '/spec/template', value: { spec: {} } },
      { op: 'add', path: '/metadata/annotations/slipway.dev~1restored', value: '2026-11-22T02:00:07.000Z' },
    ])
  })
})
