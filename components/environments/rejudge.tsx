'use client'

import Link from 'next/link'
import { useState, useTransition } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { askWhatIfAll } from '@/lib/rollouts/replay/client'
import type { WhatIf, WhatIfAll } from '@/lib/rollouts/replay/schema'
import { checkDraft, type PolicyDraft } from './policy-draft'

const WORDS: Record<WhatIf['outcome'], string> = {
  stopped: 'would have been stopped',
  earlier: 'would have gone back sooner',
  passed: 'would not have gone back',
  same: 'the same',
  'not-judged': 'not judged',
}

/** What a policy's gates would have done to the rollouts that this environment has had. */
export function Rejudge({ environment, draft }: { environment: string; draft: PolicyDraft }) {
  const [answer, setAnswer] = useState<WhatIfAll | null>(null)
  const [refusal, setRefusal] = useState('')
  const [pending, begin] = useTransition()
  const ask = () => {
    const { policy } = checkDraft(draft)
    setRefusal(policy ? '' : 'Some fields are not right yet: save says which.')
    if (!policy) return
    const { gates, initialGates, pace } = policy
    const { minDwell, minRequests, noDataAfter } = pace
    begin(async () => {
      try {
        setAnswer(await askWhatIfAll(environment, { gates, initialGates, pace: { minDwell, minRequests, noDataAfter } }))
      } catch (error) {
        setRefusal(error instanceof Error ? error.message : 'The server does not answer. Try again in a moment.')
      }
    })
  }
  return (
    <section aria-label="Past rollouts with this policy" className="grid gap-2">
      <Button pending={pending} onClick={ask} className="justify-self-start">
        Judge past rollouts with this policy
      </Button>
      {refusal ? <Banner>{refusal}</Banner> : null}
      {answer ? (
        <>
          <p role="status" className="font-medium">
            {answer.sentence}
          </p>
          <ul className="grid gap-2">
            {answer.rows.map((row) => (
              <li key={row.rolloutId} className="text-pretty">
                <Link href={`/rollouts/${row.rolloutId}`} className="text-link underline underline-offset-3 hover:no-underline">
                  {row.name}
                </Link>{' '}
                <span className="font-medium">{WORDS[row.outcome]}.</span> <span className="text-muted">{row.sentence}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}
