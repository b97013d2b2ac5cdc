import { Banner } from '@/components/ui/banner'
import type { MemberRow } from '@/lib/members/schema'

/** Who manages what the reader may not: names, so that one knows whom to ask. */
export function WhoMay({ what, members }: { what: string; members: MemberRow[] }) {
  const admins = members.filter((member) => member.state !== 'disabled' && member.grants.some((grant) => grant.role === 'admin'))
  return (
    <Banner tone="info">
      {what} by admins: {admins.map((admin) => admin.name).join(', ') || 'there is none'}.
    </Banner>
  )
}
