import type { Metadata } from 'next'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { TeamForm } from '@/components/settings/team-form'
import { TeamList } from '@/components/settings/team-list'
import { WhoMay } from '@/components/settings/who-may'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listMembers } from '@/lib/members/queries'
import { listTeams, teamRights } from '@/lib/teams/queries'

export const metadata: Metadata = { title: 'Teams' }
export const dynamic = 'force-dynamic'

/** The teams: who owns models, and so their endpoints. */
export default async function TeamsPage() {
  const actor = await sessionActor()
  const rights = teamRights(actor)
  const [teams, members] = await Promise.all([listTeams(actor), rights.create ? [] : listMembers(actor)])
  return (
    <>
      <PageHeader title="Settings" actions={rights.create ? <TeamForm /> : null} />
      <SettingsTabs current="/settings/teams" />
      {rights.create ? null : <WhoMay what="Teams are made" members={members} />}
      <TeamList teams={teams} />
    </>
  )
}
