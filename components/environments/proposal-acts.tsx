'use client'

import { Check, Undo2, X } from 'lucide-react'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { reached } from '@/components/ui/reached'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { approvePolicyAction, rejectPolicyAction, withdrawPolicyAction } from '@/lib/environments/proposals/actions'
import type { ProposalView } from '@/lib/environments/proposals/schema'
import type { Result } from '@/lib/errors'

/** Approve or reject a proposed policy, or withdraw one's own; each in two taps. The answer carries the hash that was looked at. */
export function ProposalActs({ proposal }: { proposal: ProposalView }) {
  const [reason, setReason] = useState('')
  const say = useToast()
  const what = `the proposed policy for ${proposal.environment.name}`
  const send = async (asked: Promise<Result<unknown>>, done: string) => {
    const result = await reached(asked)
    if (!result.ok) return result.problem.message
    say(`${done} ${what}.`)
    return undefined
  }
  const answer = { proposalId: proposal.id, hash: proposal.hash, reason }
  const comment = (
    <Field label="Comment (optional)">
      <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </Field>
  )
  const last = proposal.given + 1 >= proposal.needed
  return (
    <div className="flex flex-wrap gap-3">
      {proposal.mine ? (
        <>
          <Confirm
            trigger={
              <Button>
                <X aria-hidden />
                Reject
              </Button>
            }
            title={`Reject ${what}`}
            description="The proposal ends. The present policy stays."
            action="Reject the policy"
            variant="danger"
            onConfirm={() => send(rejectPolicyAction(answer), 'You rejected')}
          >
            {comment}
          </Confirm>
          <Confirm
            trigger={
              <Button variant="primary">
                <Check aria-hidden />
                Approve
              </Button>
            }
            title={`Approve ${what}`}
            description={
              last
                ? 'It takes effect at once for launches from now on. Rollouts under way keep theirs.'
                : `It takes effect when ${proposal.needed} people have approved; ${proposal.given} have.`
            }
            action="Approve the policy"
            onConfirm={() => send(approvePolicyAction(answer), 'You approved')}
          >
            {comment}
          </Confirm>
        </>
      ) : null}
      {proposal.may.withdraw ? (
        <Confirm
          trigger={
            <Button>
              <Undo2 aria-hidden />
              Withdraw
            </Button>
          }
          title={`Withdraw ${what}`}
          description="The proposal ends. The present policy stays."
          action="Withdraw the policy"
          onConfirm={() => send(withdrawPolicyAction({ proposalId: proposal.id }), 'You withdrew')}
        />
      ) : null}
    </div>
  )
}
