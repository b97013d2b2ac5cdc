import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatCount } from '@/lib/format'
import type { TeamRow } from '@/lib/teams/schema'

/** Teams with what they own. */
export function TeamList({ teams }: { teams: TeamRow[] }) {
  if (teams.length === 0)
    return (
      <Card>
        <EmptyState title="No team yet">A team owns models and their endpoints. An admin of all teams makes the first one.</EmptyState>
      </Card>
    )
  return (
    <Card>
      <Table label="Teams">
        <TableHead>
          <TableHeading>Team</TableHeading>
          <TableHeading>Address</TableHeading>
          <TableHeading numeric>Members</TableHeading>
          <TableHeading numeric>Models</TableHeading>
          <TableHeading>Since</TableHeading>
        </TableHead>
        <TableBody>
          {teams.map((team) => (
            <TableRow key={team.id}>
              <TableCell className="font-medium">{team.name}</TableCell>
              <TableCell className="font-mono text-sm">{team.slug}</TableCell>
              <TableCell numeric>
                {formatCount(team.members)}
                <span className="text-muted sm:hidden"> {team.members === 1 ? 'member' : 'members'}</span>
              </TableCell>
              <TableCell numeric>
                <Link href={`/models?team=${team.slug}`} className="hover:underline">
                  {formatCount(team.models)}
                  <span className="text-muted sm:hidden"> {team.models === 1 ? 'model' : 'models'}</span>
                </Link>
              </TableCell>
              <TableCell className="text-muted">
                <span className="sm:hidden">since </span>
                <RelativeTime at={team.createdAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
