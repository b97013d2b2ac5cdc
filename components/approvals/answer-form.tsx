'use client'

import { approveRolloutAction, rejectRolloutAction } from '@/lib/approvals/actions'
import { YesNo } from './yes-no'

interface AnswerFormProps {
  rolloutId: string
  planHash: string
  revision: number
  /** "flight-delay v2 in prod" */
  what: string
  needed: number
  given: number
}

/** Yes or no to a plan, at the foot of a phone's screen. The answer carries the plan hash and revision that were looked at. */
export function AnswerForm({ rolloutId, planHash, revision, what, needed, given }: AnswerFormProps) {
  return (
    <div className="sticky bottom-0 -mx-4 grid grid-cols-2 gap-3 border-t bg-surface p-4 lg:static lg:mx-0 lg:max-w-md lg:border-0 lg:bg-transparent lg:p-0">
      <YesNo
        what={what}
        size="lg"
        yes={
          given + 1 >= needed
            ? 'It starts at once. Gates return it when it is proven worse; anyone who may can return it by hand.'
            : `It starts when ${needed} people have approved; ${given} have.`
        }
        no="The request ends and the rollout is cancelled. No traffic has moved."
        send={(approve, reason) => (approve ? approveRolloutAction : rejectRolloutAction)({ rolloutId, planHash, revision, reason })}
      />
    </div>
  )
}
