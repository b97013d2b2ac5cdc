'use client'

import { ArrowDownToLine, ArrowUp, Clock, Copy, CopyX, Play, Undo2 } from 'lucide-react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import type { OptionView, RolloutView } from '@/lib/rollouts/view-schema'
import { press } from './acts'
import { OneClick } from './one-click'
import { ReturnTrigger } from './return-confirm'

const ICONS = { resume: Play, extend: Clock, raise: ArrowUp, lower: ArrowDownToLine, mirror: Copy, unmirror: CopyX, return: Undo2 } as const

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
  const icon = <Icon aria-hidden />
  if (verb === 'return') {
    return (
      <ReturnTrigger>
        {icon}
        {label}
      </ReturnTrigger>
    )
  }
  const act = async () => {
    const refused = await press(rollout, verb)
    if (!refused) onDone(label)
    return refused
  }
  if (verb !== 'raise') return <OneClick icon={icon} label={label} act={act} />
  // More users meet the candidate: asked twice.
  return (
    <Confirm
      trigger={
        <Button>
          {icon}
          {label}
        </Button>
      }
      title={`${label}: ${rollout.model} in ${rollout.environment}`}
      description={<p>{says}</p>}
      action={label}
      onConfirm={act}
    />
  )
}
