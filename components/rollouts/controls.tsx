'use client'

import { Pause, Play, Undo2, X } from 'lucide-react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import type { ControlVerb, RolloutView } from '@/lib/rollouts/view-schema'
import { press } from './acts'
import { OneClick } from './one-click'
import { ReturnTrigger } from './return-confirm'
import { versionWord } from './words'

interface ControlsProps {
  rollout: RolloutView
  /** Called as soon as a click was taken, with what it was. */
  onDone: (what: string) => void
}

/** What this person may do now. Undoable acts are one click, a return is two, nothing is typed; who may do the rest is said. */
export function Controls({ rollout, onDone }: ControlsProps) {
  // What the panel of a rollout that waits offers stands there, with its consequence, and only there: going on, too.
  const waits = rollout.options.length > 0
  const inPanel = (verb: ControlVerb) => rollout.options.some((option) => option.verb === verb) || (waits && verb === 'resume')
  const offered = (verb: ControlVerb) => rollout.verbs[verb].allowed && !inPanel(verb)
  const back = versionWord(rollout.from?.number)
  const run = async (verb: ControlVerb, what: string): Promise<string | undefined> => {
    const refused = await press(rollout, verb)
    if (!refused) onDone(what)
    return refused
  }
  return (
    <>
      {offered('pause') ? <OneClick icon={<Pause aria-hidden />} label="Pause" act={() => run('pause', 'Pause')} /> : null}
      {offered('resume') ? <OneClick icon={<Play aria-hidden />} label="Resume" act={() => run('resume', 'Resume')} /> : null}
      {offered('promote') ? <Promote rollout={rollout} onConfirm={() => run('promote', 'Promote now')} /> : null}
      {offered('cancel') ? <Cancel rollout={rollout} onConfirm={() => run('cancel', 'Cancel')} /> : null}
      {offered('keep') ? <Takeover verb="keep" rollout={rollout} onConfirm={() => run('keep', 'Keep theirs')} /> : null}
      {offered('restore') ? <Takeover verb="restore" rollout={rollout} onConfirm={() => run('restore', 'Restore ours')} /> : null}
      {offered('return') ? (
        <ReturnTrigger>
          <Undo2 aria-hidden />
          Return to {back}
        </ReturnTrigger>
      ) : null}
    </>
  )
}

function Promote({ rollout, onConfirm }: { rollout: RolloutView; onConfirm: () => Promise<string | undefined> }) {
  const next = versionWord(rollout.to?.number)
  return (
    <Confirm
      trigger={<Button>Promote now</Button>}
      title={`Promote ${rollout.model} ${next} to 100 % of ${rollout.environment} now`}
      description={
        <p>The steps that remain are skipped and nothing more is proven first. Gates are still judged at 100 %, and a fail returns.</p>
      }
      action={`Promote ${next} now`}
      onConfirm={onConfirm}
    />
  )
}

function Cancel({ rollout, onConfirm }: { rollout: RolloutView; onConfirm: () => Promise<string | undefined> }) {
  return (
    <Confirm
      trigger={
        <Button>
          <X aria-hidden />
          Cancel rollout
        </Button>
      }
      title={`Cancel the rollout of ${rollout.model} ${versionWord(rollout.to?.number)}`}
      description={<p>No traffic has moved. Its approvals end with it; it can be launched again.</p>}
      action="Cancel rollout"
      onConfirm={onConfirm}
    />
  )
}

const TAKEOVER = {
  keep: {
    action: 'Keep theirs',
    says: 'The route stays as the other writer made it. This rollout ends and Slipway writes no more to this route.',
  },
  restore: { action: 'Restore ours', says: 'Slipway writes its own wish over what the other writer made, and the rollout goes on.' },
}

function Takeover({
  verb,
  rollout,
  onConfirm,
}: {
  verb: 'keep' | 'restore'
  rollout: RolloutView
  onConfirm: () => Promise<string | undefined>
}) {
  const { action, says } = TAKEOVER[verb]
  return (
    <Confirm
      trigger={<Button>{action}</Button>}
      title={`${action}: the route of ${rollout.model} in ${rollout.environment}`}
      description={<p>{says}</p>}
      action={action}
      onConfirm={onConfirm}
    />
  )
}

/** Who may do what this person may not, in one quiet line per reason. */
export function WhoMay({ rollout }: { rollout: RolloutView }) {
  // Why the share cannot be raised, or copies cannot be sent, is said where that is offered.
  const { raise: _raise, mirror: _mirror, ...verbs } = rollout.verbs
  const whys = [...new Set(Object.values(verbs).flatMap((verb) => (!verb.allowed && verb.why ? [verb.why] : [])))]
  if (whys.length === 0) return null
  return <p className="text-muted text-sm">{whys.join(' ')}</p>
}
