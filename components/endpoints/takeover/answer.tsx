'use client'

import { useRouter } from 'next/navigation'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { adoptRouteAction, confirmRouteAction, restoreRouteAction } from '@/lib/endpoints/takeover/actions'
import type { TakeoverView } from '@/lib/endpoints/takeover/schema'

const ANSWERS = {
  adopt: { label: 'Adopt', act: adoptRouteAction },
  confirm: { label: 'Confirm', act: confirmRouteAction },
  restore: { label: 'Restore ours', act: restoreRouteAction },
} as const

function saysOf(answer: keyof typeof ANSWERS, { routed, model, environment }: TakeoverView): string {
  const version = routed === null ? 'what the clusters hold' : `v${routed}`
  if (answer === 'restore') return `Slipway writes its own wish over what the clusters route by, and what was under way goes on.`
  if (answer === 'adopt')
    return `${version} is the live version of ${model} in ${environment} from now on, as your act. A rollout that is under way ends.`
  return `What the clusters hold is right: ${version} stays, and Slipway writes again.`
}

/** What a person may answer to another hand on a route: take it as it is, or write ours again. */
export function AnswerTakeover({ takeover }: { takeover: TakeoverView }) {
  const router = useRouter()
  const { endpointId, kind, model, environment, routed } = takeover
  if (takeover.unreadable) return <p className="text-sm">Nobody can answer this here until it can be read: tell an admin.</p>
  if (!takeover.may)
    return <p className="text-sm">{kind === 'older-database' ? 'SREs and admins may answer this.' : 'SREs may answer this.'}</p>
  const answers =
    kind === 'older-database'
      ? (['confirm', 'restore'] as const)
      : routed === null
        ? (['restore'] as const)
        : (['adopt', 'restore'] as const)
  return (
    <div className="flex flex-wrap gap-2">
      {answers.map((answer) => {
        const { label, act } = ANSWERS[answer]
        const onConfirm = async () => {
          const result = await reached(act({ endpointId }))
          if (!result.ok) return result.problem.message
          router.refresh()
          return undefined
        }
        return (
          <Confirm
            key={answer}
            trigger={<Button size="sm">{answer === 'adopt' ? `Adopt v${routed}` : label}</Button>}
            title={`${label}: the route of ${model} in ${environment}`}
            description={<p>{saysOf(answer, takeover)}</p>}
            action={label}
            onConfirm={onConfirm}
          />
        )
      })}
    </div>
  )
}
