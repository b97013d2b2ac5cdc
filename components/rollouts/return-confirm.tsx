'use client'

import type { ReactNode } from 'react'
import { Confirm, ConfirmTrigger } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import type { RolloutView } from '@/lib/rollouts/view-schema'
import { press, pressReturnEndpoint } from './acts'
import { versionWord } from './words'

interface ReturnConfirmProps {
  rollout: RolloutView
  /** Called as soon as the click was taken, with what it was. */
  onDone: (what: string) => void
  /** The page, with its `ReturnTrigger`. */
  children: ReactNode
}

/**
 * The second click of a return, around the whole page: its button moves when the rollout begins or ends to wait, and what a person
 * has open in that moment must not close under the hand.
 */
export function ReturnConfirm({ rollout, onDone, children }: ReturnConfirmProps) {
  const back = versionWord(rollout.from?.number)
  const offered = rollout.options.find((option) => option.verb === 'return')
  const label = offered?.label ?? `Return to ${back}`
  const confirm = async () => {
    const refused = await (rollout.phase === 'promoted' ? pressReturnEndpoint(rollout) : press(rollout, 'return'))
    if (!refused) onDone(label)
    return refused
  }
  return (
    <Confirm
      around={children}
      title={`${label}: ${rollout.model} in ${rollout.environment}`}
      description={
        <>
          <p>
            {offered?.says ??
              `All traffic goes to ${back} as soon as the engine has written it and the clusters acknowledge it. This ends the rollout.`}
          </p>
          <p>It does not undo answers that {versionWord(rollout.to?.number)} has already given.</p>
        </>
      }
      action={label}
      variant="danger"
      onConfirm={confirm}
    />
  )
}

/** The button that asks, wherever it stands now. */
export function ReturnTrigger({ children }: { children: ReactNode }) {
  return (
    <ConfirmTrigger asChild>
      <Button variant="danger">{children}</Button>
    </ConfirmTrigger>
  )
}
