import Link from 'next/link'
import { ArmLabel } from '@/components/ui/arm-label'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { Verdict } from '@/components/ui/verdict'
import { WeightBar } from '@/components/ui/weight-bar'
import { capital } from '@/lib/format'
import type { RolloutRow } from '@/lib/rollouts/view-schema'
import { PhaseBadge } from './phase-badge'
import { isLive, STRATEGY_WORDS } from './words'

/** Rollouts as rows: name, where, state, weight bar, health, age, next action. */
export function RolloutTable({ rows, label }: { rows: RolloutRow[]; label: string }) {
  return (
    <Table label={label}>
      <TableHead>
        <TableHeading>Rollout</TableHeading>
        <TableHeading>Environment</TableHeading>
        <TableHeading>State</TableHeading>
        <TableHeading>Traffic to next</TableHeading>
        <TableHeading>Health</TableHeading>
        <TableHeading>Age</TableHeading>
        <TableHeading>Next</TableHeading>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell>
              <Link href={`/rollouts/${row.id}`} className="font-medium hover:underline">
                {row.model}
              </Link>
              {row.unreadable ? (
                <span className="block max-w-prose text-pretty text-fail text-sm">{capital(row.unreadable)}</span>
              ) : (
                <span className="ml-2 inline-flex flex-wrap items-center gap-x-2 text-sm">
                  <ArmLabel arm="live" version={row.from} />
                  <ArmLabel arm="next" version={row.to} />
                </span>
              )}
            </TableCell>
            <TableCell>{row.environment}</TableCell>
            <TableCell>
              <PhaseBadge phase={row.phase} holds={row.holds} /> <span className="text-muted text-sm">{STRATEGY_WORDS[row.strategy]}</span>
            </TableCell>
            <TableCell wide={!isLive(row.phase) || row.unreadable !== null}>
              {isLive(row.phase) && !row.unreadable ? <WeightBar counted={row.counted} desired={row.desired} /> : null}
            </TableCell>
            <TableCell wide={row.health === null}>{row.health ? <Verdict kind={row.health} /> : null}</TableCell>
            <TableCell>
              <RelativeTime at={row.endedAt ?? row.createdAt} className="text-sm" />
            </TableCell>
            <TableCell wide={row.next === null}>
              {row.next ? (
                <Link href={`/rollouts/${row.id}`} className="text-link underline underline-offset-3 hover:no-underline">
                  {row.next}
                </Link>
              ) : null}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
