'use client'

import { Pause, Play, Undo2, X } from 'lucide-react'
import { useTransition } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { useToast } from '@/components/ui/toast'
import type { Result } from '@/lib/errors'
import {
  cancelRolloutAction,
  keepTheirsAction,
  pauseRolloutAction,
  promoteRolloutAction,
  restoreOursAction,
  resumeRolloutAction,
  returnRolloutAction,
} from '@/lib/rollouts/actions'
import type { ControlVerb, RolloutView } from '@/lib/rollouts/view-schema'
import { versionWord } from './words'

const ACTIONS: Record<ControlVerb, (input: unknown) => Promise<Result<unknown>>> = {
  pause: pauseRolloutAction,
  resume: resumeRolloutAction,
  promote: promoteRolloutAction,
  return: returnRolloutAction,
  cancel: cancelRolloutAction,
  keep: keepTheirsAction,
  restore: restoreOursAction,
}

interface ControlsProps {
  rollout: RolloutView
  /** Called as soon as a click was taken, with what it was. */
  onDone: (what: string) => void
}

/** What this person may do now. Undoable acts are one click, a return is two, nothing is typed; who may do the rest is said. */
export function Controls({ rollout, onDone }: ControlsProps) {
  const { verbs } = rollout
  const back = versionWord(rollout.from?.number)
  // A preview waits to be switched; everything else that one resumes goes on where it was.
  const resume = rollout.holds.some((hold) => hold.reason === 'approval') ? `Switch to ${versionWord(rollout.to?.number)}` : 'Resume'
  const run = async (verb: ControlVerb, what: string): Promise<string | undefined> => {
    const result = await reached(ACTIONS[verb]({ rolloutId: rollout.id, revision: rollout.revision }))
    if (!result.ok) return result.problem.message
    onDone(what)
    return undefined
  }
  return (
    <>
      {verbs.pause.allowed ? <OneClick icon={<Pause aria-hidden />} label="Pause" act={() => run('pause', 'Pause')} /> : null}
      {verbs.resume.allowed ? <OneClick icon={<Play aria-hidden />} label={resume} act={() => run('resume', resume)} /> : null}
      {verbs.promote.allowed ? <Promote rollout={rollout} onConfirm={() => run('promote', 'Promote now')} /> : null}
      {verbs.cancel.allowed ? <Cancel rollout={rollout} onConfirm={() => run('cancel', 'Cancel')} /> : null}
      {verbs.keep.allowed ? <Takeover verb="keep" rollout={rollout} onConfirm={() => run('keep', 'Keep theirs')} /> : null}
      {verbs.restore.allowed ? <Takeover verb="restore" rollout={rollout} onConfirm={() => run('restore', 'Restore ours')} /> : null}
      {verbs.return.allowed ? (
        <Confirm
          trigger={
            <Button variant="danger">
              <Undo2 aria-hidden />
              Return to {back}
            </Button>
          }
          title={`Return ${rollout.model} in ${rollout.environment} to ${back}`}
          description={
            <>
              <p>All traffic goes to {back} as soon as the engine has written it and the clusters acknowledge it. This ends the rollout.</p>
              <p>It does not undo answers that {versionWord(rollout.to?.number)} has already given.</p>
            </>
          }
          action={`Return to ${back}`}
          variant="danger"
          onConfirm={() => run('return', `Return to ${back}`)}
        />
      ) : null}
    </>
  )
}

function OneClick({ icon, label, act }: { icon: React.ReactNode; label: string; act: () => Promise<string | undefined> }) {
  const [pending, start] = useTransition()
  const say = useToast()
  const click = () =>
    start(async () => {
      const refused = await act()
      if (refused) say(refused, 'refused')
    })
  return (
    <Button pending={pending} onClick={click}>
      {pending ? null : icon}
      {label}
    </Button>
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
  const whys = [...new Set(Object.values(rollout.verbs).flatMap((verb) => (!verb.allowed && verb.why ? [verb.why] : [])))]
  if (whys.length === 0) return null
  return <p className="text-muted text-sm">{whys.join(' ')}</p>
}
