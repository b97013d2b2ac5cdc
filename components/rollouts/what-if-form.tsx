'use client'

import { type FormEvent, useRef, useState, useTransition } from 'react'
import { checkDraft, draftOf } from '@/components/environments/policy-draft'
import { GateList } from '@/components/gates/gate-list'
import { GATE_KINDS } from '@/components/gates/kinds'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { useFirstWrong } from '@/components/ui/first-wrong'
import { Input } from '@/components/ui/input'
import { askWhatIf } from '@/lib/rollouts/replay/client'
import { Change, type WhatIf } from '@/lib/rollouts/replay/schema'
import type { RolloutView } from '@/lib/rollouts/view-schema'
import { WhatIfSteps } from './what-if-steps'

/** Other gates and bars for this rollout: when would it have gone on or back, beside what happened. Nothing of it is stored. */
export default function WhatIfForm({ rollout }: { rollout: RolloutView }) {
  const { planGates, steps, pace } = rollout
  const [draft, setDraft] = useState(() => draftOf({ approvals: 0, alias: null, steps, gates: planGates.gates, initialGates: [], pace }))
  const [alpha, setAlpha] = useState(String(planGates.alpha))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  useFirstWrong(form, errors)
  const [refusal, setRefusal] = useState('')
  const [answer, setAnswer] = useState<WhatIf | null>(null)
  const [pending, begin] = useTransition()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { policy, errors: wrong } = checkDraft(draft)
    const bar = Change.shape.alpha.safeParse(Number(alpha))
    setErrors({ ...wrong, ...(bar.success ? {} : { alpha: 'A number from 0.0001 to 0.5; 0.05 asks 20:1.' }) })
    setRefusal('')
    if (!policy || !bar.success) return
    const { minDwell, minRequests, noDataAfter } = policy.pace
    begin(async () => {
      try {
        setAnswer(await askWhatIf(rollout.id, { gates: policy.gates, alpha: bar.data, pace: { minDwell, minRequests, noDataAfter } }))
      } catch (error) {
        setRefusal(error instanceof Error ? error.message : 'The server does not answer. Try again in a moment.')
      }
    })
  }
  return (
    <form ref={form} onSubmit={submit} className="grid max-w-3xl gap-4" noValidate>
      <GateList
        legend="Gates"
        hint="Change their numbers, or leave one out. Latency is judged by the thresholds that were frozen then."
        none="None: nothing would have been judged."
        kinds={GATE_KINDS}
        values={draft.gates}
        path="gates"
        errors={errors}
        onChange={(gates) => setDraft((now) => ({ ...now, gates }))}
      />
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Alpha" hint="0.05 asks 20:1" error={errors.alpha}>
          <Input value={alpha} inputMode="decimal" onChange={(event) => setAlpha(event.target.value)} />
        </Field>
        <Field label="Dwell at least, s" error={errors['pace.minDwell']}>
          <Input value={draft.pace.minDwell} inputMode="numeric" onChange={(event) => setPace('minDwell', event.target.value)} />
        </Field>
        <Field label="Requests at least" error={errors['pace.minRequests']}>
          <Input value={draft.pace.minRequests} inputMode="numeric" onChange={(event) => setPace('minRequests', event.target.value)} />
        </Field>
      </div>
      {refusal ? <Banner>{refusal}</Banner> : null}
      <Button type="submit" pending={pending} className="justify-self-start">
        Judge it again
      </Button>
      {answer ? <WhatIfSteps answer={answer} /> : null}
    </form>
  )

  function setPace(key: 'minDwell' | 'minRequests', text: string) {
    setDraft((now) => ({ ...now, pace: { ...now.pace, [key]: text } }))
  }
}
