'use client'

import { Bullets } from '@/components/ui/bullets'
import { Skeleton } from '@/components/ui/skeleton'
import { formatDuration, formatWeight } from '@/lib/format'
import type { LaunchPreview } from '@/lib/rollouts/view-schema'

const MINUTE_S = 60

/** What the launch would do: time to decide per step, approvals, time of a return, what changes in the clusters. */
export function PreviewPanel({ preview, refusal, pending }: { preview: LaunchPreview | null; refusal: string | null; pending: boolean }) {
  if (refusal) return <p className="text-fail">{refusal}</p>
  if (!preview)
    return pending ? (
      <Skeleton className="h-40" />
    ) : (
      <p className="text-muted">Choose a version and an environment to see what would happen.</p>
    )
  return (
    <div aria-busy={pending} className="grid gap-4">
      {preview.unjudged.length > 0 ? (
        <ul className="grid gap-1 font-medium text-fail">
          {preview.unjudged.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      ) : null}
      {preview.notes.length > 0 ? (
        <ul className="grid gap-1">
          {preview.notes.map((note) => (
            <li key={note} className="rounded-md bg-warn-surface px-2 py-1 text-warn">
              {note}
            </li>
          ))}
        </ul>
      ) : null}
      <section aria-label="Time to decide" className="grid gap-1">
        <h3 className="font-medium">Time to decide, at today’s traffic</h3>
        <StepOutlooks steps={preview.steps} />
        {preview.others.map((other) => (
          <div key={other.cluster} className="grid gap-0.5">
            <h4 className="text-muted text-sm">on {other.cluster}</h4>
            <StepOutlooks steps={other.steps} />
          </div>
        ))}
      </section>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-muted">Approvals needed</dt>
        <dd>{preview.approvalsNeeded === 0 ? 'none: it starts at once' : `${preview.approvalsNeeded}, before it starts`}</dd>
        <dt className="text-muted">Time of a return</dt>
        <dd>about {formatDuration(preview.returnSeconds)} until next has no traffic</dd>
      </dl>
      <Changes changes={preview.changes} />
    </div>
  )
}

function StepOutlooks({ steps }: { steps: LaunchPreview['steps'] }) {
  return (
    <ol className="grid gap-0.5">
      {steps.map((step) => (
        <li key={step.weight} className="grid grid-cols-[4.5rem_minmax(0,1fr)]">
          <span className="tabular-nums">{step.weight === 0 ? 'preview' : formatWeight(step.weight)}</span>
          <Outlook minutes={step.minutes} why={step.why} />
        </li>
      ))}
    </ol>
  )
}

function Outlook({ minutes, why }: { minutes: number | null; why: string | null }) {
  if (minutes === null) return <span className="text-warn">{why ?? 'This step cannot decide.'}</span>
  if (minutes === 0) return <span className="text-muted">{why ?? 'nothing more to decide'}</span>
  return (
    <span>
      about {formatDuration(minutes * MINUTE_S)}
      {why ? <span className="block text-muted text-sm">{why}</span> : null}
    </span>
  )
}

function Changes({ changes }: { changes: LaunchPreview['changes'] }) {
  return (
    <section aria-label="Changes in the clusters" className="grid gap-1">
      <h3 className="font-medium">What would change in the clusters</h3>
      {changes === null ? (
        <p className="text-warn">
          The engine does not answer, so this cannot be said. A launch is stored and starts when the engine is back.
        </p>
      ) : null}
      {changes?.map((each) => (
        <div key={each.cluster}>
          <span className="text-muted text-sm">{each.cluster}</span>
          <Bullets lines={each.lines} />
          <Bullets lines={each.refusals.map((line) => `Refused: ${line}`)} className="text-fail" />
        </div>
      ))}
    </section>
  )
}
