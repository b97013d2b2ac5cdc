import type { Metadata } from 'next'
import { InviteForm } from '@/components/settings/invite-form'
import { MemberList } from '@/components/settings/member-list'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { WhoMay } from '@/components/settings/who-may'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listMembers, memberRights } from '@/lib/members/queries'

export const metadata: Metadata = { title: 'Members' }
export const dynamic = 'force-dynamic'

/** Who is in the house and what each may do; admins change it. */
export default async function MembersPage() {
  const actor = await sessionActor()
  const [members, rights] = await Promise.all([listMembers(actor), memberRights(actor)])
  const manages = rights.allTeams || rights.teams.length > 0
  return (
    <>
      <PageHeader title="Settings" actions={manages ? <InviteForm rights={rights} /> : null} />
      <SettingsTabs current="/settings/members" />
      {manages ? null : <WhoMay what="Members and roles are managed" members={members} />}
      <MemberList members={members} rights={rights} />
    </>
  )
}
