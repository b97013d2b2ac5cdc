'use client'

import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { reached } from '@/components/ui/reached'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { approveRolloutAction, rejectRolloutAction } from '@/lib/approvals/actions'

interface AnswerFormProps {
  rolloutId: string
  planHash: string
  revision: number
  /** "flight-delay v2 in prod" */
  what: string
  needed: number
  given: number
}

/** Approve or reject, each in two taps, at the foot of a phone's screen. The answer carries the plan hash and revision that were looked at. */
export function AnswerForm({ rolloutId, planHash, revision, what, needed, given }: AnswerFormProps) {
  const [reason, setReason] = useState('')
  const say = useToast()
  const answer = async (yes: boolean): Promise<string | undefined> => {
    const result = await reached((yes ? approveRolloutAction : rejectRolloutAction)({ rolloutId, planHash, revision, reason }))
    if (!result.ok) return result.problem.message
    say(yes ? `You approved ${what}.` : `You rejected ${what}.`)
    return undefined
  }
  const comment = (
    <Field label="Comment (optional)">
      <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </Field>
  )
  const last = given + 1 >= needed
  return (
    <div className="sticky bottom-0 -mx-4 grid grid-cols-2 gap-3 border-t bg-surface p-4 lg:static lg:mx-0 lg:max-w-md lg:border-0 lg:bg-transparent lg:p-0">
      <Confirm
        trigger={
          <Button size="lg">
            <X aria-hidden />
            Reject
          </Button>
        }
        title={`Reject ${what}`}
        description="The request ends and the rollout is cancelled. No traffic has moved."
        action={`Reject ${what}`}
        variant="danger"
        onConfirm={() => answer(false)}
      >
        {comment}
      </Confirm>
      <Confirm
        trigger={
          <Button size="lg" variant="primary">
            <Check aria-hidden />
            Approve
          </Button>
        }
        title={`Approve ${what}`}
        description={
          last
            ? 'It starts at once. Gates return it when it is proven worse; anyone who may can return it by hand.'
            : `It starts when ${needed} people have approved; ${given} have.`
        }
        action={`Approve ${what}`}
        onConfirm={() => answer(true)}
      >
        {comment}
      </Confirm>
    </div>
  )
}
