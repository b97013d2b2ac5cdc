import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatDuration, formatWeight } from '@/lib/format'
import type { StepOutcome, WhatIf } from '@/lib/rollouts/replay/schema'

const WAS = { advanced: 'advanced', returned: 'went back', left: 'was left', stays: 'stands there' } as const
const WOULD = { advance: 'would have advanced', return: 'would have gone back', wait: 'would have waited' } as const

/** What would have been, step by step, beside what was. */
export function WhatIfSteps({ answer }: { answer: WhatIf }) {
  return (
    <div className="grid gap-2">
      <p role="status" className="text-pretty font-medium">
        {answer.sentence}
      </p>
      {answer.notes.map((note) => (
        <p key={note} className="text-muted text-sm">
          Not judged again: {note}
        </p>
      ))}
      {answer.steps.length > 0 ? (
        <Table label="Steps, as they were and as they would have been">
          <TableHead>
            <TableHeading>Step</TableHeading>
            <TableHeading>Was</TableHeading>
            <TableHeading>With these gates</TableHeading>
          </TableHead>
          <TableBody>
            {answer.steps.map((step) => (
              <TableRow key={`${step.cluster} ${step.weight}`}>
                <TableCell>
                  {formatWeight(step.weight)} on {step.cluster}
                </TableCell>
                <TableCell className="tabular-nums">{`${WAS[step.was.action]}${after(step.was.seconds)}`}</TableCell>
                <TableCell className="tabular-nums">{would(step)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      ) : null}
    </div>
  )
}

function would({ would: { action, seconds } }: StepOutcome): string {
  return `${WOULD[action]}${after(seconds)}`
}

function after(seconds: number | null): string {
  return seconds === null ? '' : ` after ${formatDuration(seconds)}`
}
