import { Badge } from '@/components/ui/badge'
import type { GrantRow } from '@/lib/members/schema'

/** Where a role holds, in words. */
export function placeWords(grant: Pick<GrantRow, 'team' | 'environment'>): string {
  return `${grant.team ?? 'all teams'}, ${grant.environment ?? 'all environments'}`
}

/** The roles that a member holds, and where. */
export function RoleList({ grants }: { grants: GrantRow[] }) {
  if (grants.length === 0) return <p className="text-muted">No roles: an admin can give one.</p>
  return (
    <ul className="grid gap-1">
      {grants.map((grant) => (
        <li key={grant.id} className="flex flex-wrap items-center gap-x-2">
          <Badge>{grant.role}</Badge> <span className="text-muted text-sm">{placeWords(grant)}</span>
        </li>
      ))}
    </ul>
  )
}
