'use client'

import { Undo2 } from 'lucide-react'
import { YesNo } from '@/components/approvals/yes-no'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { useToast } from '@/components/ui/toast'
import { approvePolicyAction, rejectPolicyAction, withdrawPolicyAction } from '@/lib/environments/proposals/actions'
import type { ProposalView } from '@/lib/environments/proposals/schema'

/** Approve or reject a proposed policy, or withdraw one's own. The answer carries the hash that was looked at. */
export function ProposalActs({ proposal }: { proposal: ProposalView }) {
  const { id: proposalId, hash, needed, given, mine, may, environment } = proposal
  const say = useToast()
  const what = `the proposed policy for ${environment.name}`
  const withdraw = async () => {
    const result = await reached(withdrawPolicyAction({ proposalId }))
    if (!result.ok) return result.problem.message
    say(`You withdrew ${what}.`)
    return undefined
  }
  return (
    <div className="flex flex-wrap gap-3">
      {mine && needed !== null ? (
        <YesNo
          what={what}
          short="the policy"
          yes={
            given + 1 >= needed
              ? 'It takes effect at once for launches from now on. Rollouts under way keep theirs.'
              : `It takes effect when ${needed} people have approved; ${given} have.`
          }
          no="The proposal ends. The present policy stays."
          send={(approve, reason) => (approve ? approvePolicyAction : rejectPolicyAction)({ proposalId, hash, reason })}
        />
      ) : null}
      {may.withdraw ? (
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
          onConfirm={withdraw}
        />
      ) : null}
    </div>
  )
}
