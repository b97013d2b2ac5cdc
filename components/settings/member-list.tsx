import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { MemberRow } from '@/lib/members/schema'
import { AddRole } from './add-role'
import { MemberActs } from './member-acts'
import type { Rights } from './rights'
import { RoleTag } from './role-tag'

const STATE_WORDS: Record<MemberRow['state'], string | null> = {
  active: null,
  invited: 'invited',
  'no-password': 'has no password',
  disabled: 'disabled',
}

/** Everyone with their roles; what the actor may change has its buttons. */
export function MemberList({ members, rights }: { members: MemberRow[]; rights: Rights }) {
  const manages = rights.allTeams || rights.teams.length > 0
  return (
    <Card>
      <Table label="Members">
        <TableHead>
          <TableHeading>Member</TableHeading>
          <TableHeading>Roles</TableHeading>
          <TableHeading>Last sign-in</TableHeading>
          <TableHeading>
            <span className="sr-only">Acts</span>
          </TableHeading>
        </TableHead>
        <TableBody>
          {members.map((member) => (
            <TableRow key={member.id}>
              <TableCell>
                <span className="font-medium">{member.name}</span> {member.self ? <span className="text-muted">(you)</span> : null}{' '}
                {STATE_WORDS[member.state] ? <Badge tone="warn">{STATE_WORDS[member.state]}</Badge> : null}
                <span className="block break-all text-muted text-sm">{member.email}</span>
              </TableCell>
              <TableCell>
                <ul className="flex flex-wrap items-center gap-1.5">
                  {member.grants.map((grant) => (
                    <RoleTag key={grant.id} grant={grant} member={member.name} />
                  ))}
                  {manages && !member.self ? <AddRole memberId={member.id} name={member.name} rights={rights} /> : null}
                </ul>
              </TableCell>
              <TableCell className="text-muted">
                {member.lastSignIn ? (
                  <>
                    <span className="sm:hidden">signed in </span>
                    <RelativeTime at={member.lastSignIn} />
                  </>
                ) : null}
              </TableCell>
              <TableCell>{rights.everywhere && !member.self ? <MemberActs member={member} /> : null}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
