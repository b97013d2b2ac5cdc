'use client'

import { ArrowDownToLine, ArrowUp, Clock, Play, Undo2 } from 'lucide-react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import type { OptionView, RolloutView } from '@/lib/rollouts/view-schema'
import { press, pressReturnEndpoint } from './acts'
import { OneClick } from './one-click'

const ICONS = { resume: Play, extend: Clock, raise: ArrowUp, lower: ArrowDownToLine, return: Undo2 } as const
/** What cannot be taken back by another click is asked twice. */
const ASKED_TWICE: readonly OptionView['verb'][] = ['raise', 'return']

/** What a rollout that waits offers, each with what follows from it in words and numbers. */
export function HeldPanel({ rollout, onDone }: { rollout: RolloutView; onDone: (what: string) => void }) {
  if (rollout.options.length === 0) return null
  return (
    <Card title="What may be done now">
      <ul className="divide-y">
        {rollout.options.map((option) => (
          <li key={option.verb} className="grid items-center gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[14rem_minmax(0,1fr)]">
            {option.allowed ? (
              <span className="[&>button]:w-full sm:[&>button]:w-auto">
                <Act option={option} rollout={rollout} onDone={onDone} />
              </span>
            ) : (
              <span className="font-medium text-muted">{option.label}</span>
            )}
            <span className="text-pretty">
              {option.says}
              {!option.allowed && option.why ? <span className="block text-muted text-sm">{option.why}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Act({ option, rollout, onDone }: { option: OptionView; rollout: RolloutView; onDone: (what: string) => void }) {
  const { verb, label, says } = option
  const Icon = ICONS[verb]
  const act = async () => {
    const refused = await (rollout.phase === 'promoted' ? pressReturnEndpoint(rollout) : press(rollout, verb))
    if (!refused) onDone(label)
    return refused
  }
  if (!ASKED_TWICE.includes(verb)) return <OneClick icon={<Icon aria-hidden />} label={label} act={act} />
  const variant = verb === 'return' ? 'danger' : undefined
  return (
    <Confirm
      trigger={
        <Button variant={variant}>
          <Icon aria-hidden />
          {label}
        </Button>
      }
      title={`${label}: ${rollout.model} in ${rollout.environment}`}
      description={
        <>
          <p>{says}</p>
          {verb === 'return' ? <p>It does not undo answers that v{rollout.to?.number} has already given.</p> : null}
        </>
      }
      action={label}
      variant={variant ?? 'primary'}
      onConfirm={act}
    />
  )
}
