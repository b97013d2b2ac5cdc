import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '@/lib/environments/defaults'
import { KINDS } from '@/lib/environments/schema'
import { checkDraft, draftOf, GATE_DEFAULTS, gateTexts } from './policy-draft'

describe('the policy form', () => {
  it.each(KINDS)('gives back the default of %s unchanged, with every gate on', (kind) => {
    const policy = { ...defaultPolicy(kind), gates: [...GATE_DEFAULTS] }
    expect(checkDraft(draftOf(policy))).toEqual({ policy, errors: {} })
  })

  it('says what is wrong at its field', () => {
    const draft = draftOf(defaultPolicy('cloud'))
    const wrong = {
      ...draft,
      approvals: '9',
      alias: 'Not OK',
      steps: '5, 1, 100',
      gates: { ...draft.gates, latency: { quantiles: '50, 100', floorMs: '' } },
      initial: { objective: { max: '2' } },
      pace: { ...draft.pace, burnIn: 'soon' },
    }
    const paths = Object.keys(checkDraft(wrong).errors).sort()
    expect(paths).toEqual([
      'alias',
      'approvals',
      'gates.latency.floorMs',
      'gates.latency.quantiles',
      'initial.objective.max',
      'pace.burnIn',
      'steps',
    ])
  })

  it('keeps what a gate does without data, and its dry run; what is usual stays left out', () => {
    const draft = draftOf(defaultPolicy('cloud'))
    const errors = { ...draft.gates.errors, noData: 'fail', dryRun: 'true' }
    const { policy } = checkDraft({ ...draft, gates: { ...draft.gates, errors } })
    expect(policy?.gates[0]).toMatchObject({ metric: 'errors', noData: 'fail', dryRun: true })
    expect(policy?.gates[1]).not.toHaveProperty('noData')
    expect(policy?.gates[1]).not.toHaveProperty('dryRun')
  })

  it('no alias means that promotion moves none', () => {
    expect(checkDraft({ ...draftOf(defaultPolicy('cloud')), alias: ' ' }).policy?.alias).toBeNull()
  })

  it('shows quantiles as percent', () => {
    expect(GATE_DEFAULTS.map(gateTexts)[1]).toEqual({ quantiles: '50, 95, 99', floorMs: '5', noData: 'hold', dryRun: 'false' })
  })
})
