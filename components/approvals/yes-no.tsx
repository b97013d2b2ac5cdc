'use client'

import { Check, X } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { reached } from '@/components/ui/reached'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import type { Result } from '@/lib/errors'

interface YesNoProps {
  /** "flight-delay v2 in prod" */
  what: string
  /** The same on the last button, where that would be too long. */
  short?: string
  size?: ComponentProps<typeof Button>['size']
  /** What follows from a yes, and from a no. */
  yes: string
  no: string
  send: (approve: boolean, reason: string) => Promise<Result<unknown>>
}

/** Approve or reject, each in two taps, with a comment or without. */
export function YesNo({ what, short = what, size, yes, no, send }: YesNoProps) {
  const [reason, setReason] = useState('')
  const say = useToast()
  const answer = async (approve: boolean): Promise<string | undefined> => {
    const result = await reached(send(approve, reason))
    if (!result.ok) return result.problem.message
    say(approve ? `You approved ${what}.` : `You rejected ${what}.`)
    return undefined
  }
  const comment = (
    <Field label="Comment (optional)">
      <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </Field>
  )
  return (
    <>
      <Confirm
        trigger={
          <Button size={size}>
            <X aria-hidden />
            Reject
          </Button>
        }
        title={`Reject ${what}`}
        description={no}
        action={`Reject ${short}`}
        variant="danger"
        onConfirm={() => answer(false)}
      >
        {comment}
      </Confirm>
      <Confirm
        trigger={
          <Button size={size} variant="primary">
            <Check aria-hidden />
            Approve
          </Button>
        }
        title={`Approve ${what}`}
        description={yes}
        action={`Approve ${short}`}
        onConfirm={() => answer(true)}
      >
        {comment}
      </Confirm>
    </>
  )
}
