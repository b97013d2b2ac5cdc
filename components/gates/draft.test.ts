import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gate } from '@/lib/rollouts/schema'
import { changedFields, gateOf, gateTexts, withText } from './draft'
import { GATE_FIELDS } from './fields'
import { gateOfKind } from './gate.fixture'
import { GATE_KINDS, NEW_GATES, usualHints } from './kinds'

describe('a gate in a form', () => {
  it('can be of every kind that the schema knows', () => {
    expect([...GATE_KINDS].sort()).toEqual(Gate.options.map((option) => option.shape.metric.value).sort())
  })

  it.each(GATE_KINDS)('of the kind %s asks for every field that the schema has', (metric) => {
    const option = Gate.options.find((each) => each.shape.metric.value === metric)
    const fields = ['metric', 'noData', 'dryRun', ...GATE_FIELDS[metric].map(({ field }) => field)]
    expect(fields.sort()).toEqual(Object.keys(option?.shape ?? {}).sort())
  })

  it.each(GATE_KINDS)('of the kind %s is the same gate again when it is read back', (metric) => {
    fc.assert(
      fc.property(gateOfKind(metric), (gate) => {
        expect(Gate.parse(gateOf(metric, gateTexts(gate)))).toEqual(gate)
      }),
    )
  })

  it.each(GATE_KINDS)('of the kind %s begins with what is usual, and lacks only what nobody can guess', (metric) => {
    const result = Gate.safeParse(gateOf(metric, NEW_GATES[metric]))
    const missing = result.error?.issues.map((issue) => issue.path.join('.')) ?? []
    expect(missing).toEqual(metric === 'business' ? ['name', 'threshold'] : metric === 'accuracy-floor' ? ['min'] : [])
  })

  it('shows shares and quantiles as percent, and says what is usual', () => {
    expect(gateTexts(Gate.parse({ metric: 'latency' }))).toMatchObject({ quantiles: '50, 95, 99', floorMs: '5' })
    expect(gateTexts(Gate.parse({ metric: 'objective', max: 0.07 }))).toMatchObject({ max: '7' })
    expect(usualHints('errors')).toEqual({ tolerance: 'Usual: 1.2.', limit: 'Usual: 2.', floor: 'Usual: 0.1.', ceiling: 'Usual: 2.' })
  })

  it('takes percent signs and spaces as a person writes them', () => {
    expect(gateOf('latency', { quantiles: '50 %; 99.9%', floorMs: ' 5 ' })).toEqual({
      metric: 'latency',
      quantiles: [0.5, 0.999],
      floorMs: 5,
    })
  })

  it('that nothing waits for says nothing of no data, and one that is off by nothing has no distance', () => {
    expect(withText({ required: 'true', noData: 'fail' }, 'required', 'false')).toEqual({ required: 'false', noData: '' })
    expect(withText({ kind: 'off-by', threshold: '3' }, 'kind', 'recall')).toEqual({ kind: 'recall', threshold: '' })
  })

  it('is not changed by what only says aloud what was meant', () => {
    const asked = gateTexts(Gate.parse({ metric: 'errors' }))
    expect(changedFields({ ...asked, noData: 'hold', dryRun: 'false', limit: '2 ' }, asked)).toEqual([])
    expect(changedFields({ ...asked, noData: 'fail', limit: '1.9' }, asked)).toEqual(['limit', 'noData'])
  })
})
