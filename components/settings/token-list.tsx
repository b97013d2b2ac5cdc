import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { TokenRow } from '@/lib/tokens/schema'
import { RevokeToken } from './revoke-token'

/** Tokens with what they may do; never their secret. */
export function TokenList({ tokens }: { tokens: TokenRow[] }) {
  if (tokens.length === 0)
    return (
      <Card>
        <EmptyState title="No API token yet">
          With a token a pipeline registers versions and launches rollouts. Tokens never approve.
        </EmptyState>
      </Card>
    )
  return (
    <Card>
      <Table label="API tokens">
        <TableHead>
          <TableHeading>Token</TableHeading>
          <TableHeading>May</TableHeading>
          <TableHeading>Last used</TableHeading>
          <TableHeading>Expires</TableHeading>
          <TableHeading>
            <span className="sr-only">Acts</span>
          </TableHeading>
        </TableHead>
        <TableBody>
          {tokens.map((token) => (
            <TableRow key={token.id}>
              <TableCell>
                <span className="font-medium">{token.name}</span>{' '}
                {token.state === 'active' ? null : <Badge tone="quiet">{token.state}</Badge>}
                <span className="block text-muted text-sm">
                  <span className="font-mono">slw_{token.prefix}…</span> {token.team ?? 'all teams'}, by {token.createdBy}
                </span>
              </TableCell>
              <TableCell className="break-words text-sm">{token.scopes.join(', ')}</TableCell>
              <TableCell className="text-muted">
                <span className="sm:hidden">used </span>
                {token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : 'never'}
              </TableCell>
              <TableCell className="text-muted">
                <span className="sm:hidden">{token.state === 'expired' ? 'expired ' : 'expires '}</span>
                <RelativeTime at={token.expiresAt} />
              </TableCell>
              <TableCell>{token.revocable ? <RevokeToken id={token.id} name={token.name} /> : null}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
