import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gates } from '@/components/gates/gate.fixture'
import { INITIAL_KINDS } from '@/components/gates/kinds'
import { defaultPolicy } from '@/lib/environments/defaults'
import { KINDS } from '@/lib/environments/schema'
import { Policy } from '@/lib/rollouts/schema'
import { checkDraft, draftOf } from './policy-draft'

describe('the policy form', () => {
  it.each(KINDS)('gives back the default of %s unchanged', (kind) => {
    const policy = defaultPolicy(kind)
    expect(checkDraft(draftOf(policy))).toEqual({ policy, errors: {} })
  })

  it('gives back every policy that it is given, whatever gates it has and in their order', () => {
    fc.assert(
      fc.property(gates(), gates(INITIAL_KINDS), (all, initialGates) => {
        const policy = Policy.parse({ ...defaultPolicy('cloud'), gates: all, initialGates })
        expect(checkDraft(draftOf(policy))).toEqual({ policy, errors: {} })
      }),
    )
  })

  it('keeps steps of single clusters and a soak; none of either stays left out', () => {
    const policy = Policy.parse({
      ...defaultPolicy('hybrid'),
      clusterSteps: [{ cluster: 'cloud', steps: [50, 10_000] }],
      pace: { soak: 600, waveFail: 'wave' },
    })
    const draft = draftOf(policy)
    expect(checkDraft(draft)).toEqual({ policy, errors: {} })
    const { policy: without } = checkDraft({ ...draft, clusterSteps: { cloud: ' ' }, pace: { ...draft.pace, soak: '0', waveFail: 'all' } })
    expect(without).not.toHaveProperty('clusterSteps')
    expect(without?.pace).not.toHaveProperty('soak')
    expect(without?.pace).not.toHaveProperty('waveFail')
    const wrong = checkDraft({ ...draft, clusterSteps: { cloud: '5, 1, 100' }, pace: { ...draft.pace, soak: '' } })
    expect(wrong.errors).toEqual({
      'clusterSteps.cloud': 'Steps must rise: each one larger than the one before.',
      'pace.soak': 'Type a number.',
    })
  })

  it('says what is wrong at its field, and what would be right', () => {
    const draft = draftOf(defaultPolicy('cloud'))
    const wrong = {
      ...draft,
      approvals: '9',
      alias: 'Not OK',
      steps: '5, 1, 100',
      gates: { ...draft.gates, latency: { quantiles: '50, 100', floorMs: '' } },
      initialGates: { objective: { max: '200' }, 'accuracy-floor': { min: '' } },
      pace: { ...draft.pace, burnIn: 'soon' },
    }
    expect(checkDraft(wrong)).toEqual({
      policy: null,
      errors: {
        approvals: 'At most 5.',
        alias: 'An alias is lower-case letters, digits and dashes.',
        steps: 'Steps must rise: each one larger than the one before.',
        'gates.latency.quantiles': 'At most 99.9 %.',
        'gates.latency.floorMs': 'Type a number.',
        'initialGates.objective.max': 'Less than 100 %.',
        'initialGates.accuracy-floor.min': 'Type a number.',
        'pace.burnIn': 'Type a number.',
      },
    })
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
})
