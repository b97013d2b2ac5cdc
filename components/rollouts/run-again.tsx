'use client'

import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { useToast } from '@/components/ui/toast'
import { rerunRolloutAction } from '@/lib/rollouts/actions'

/** The example's offer: the same plan once more, from the version that is live now. */
export function RunAgain({ rolloutId }: { rolloutId: string }) {
  const router = useRouter()
  const say = useToast()
  const [pending, start] = useTransition()
  const again = () =>
    start(async () => {
      const result = await reached(rerunRolloutAction({ rolloutId }))
      if (result.ok) router.push(`/rollouts/${result.value.id}`)
      else say(result.problem.message, 'refused')
    })
  return (
    <Button pending={pending} onClick={again}>
      Run it again
    </Button>
  )
}
