import type { Metadata } from 'next'
import { PasswordForm } from '@/components/settings/password-form'
import { RoleList } from '@/components/settings/role-list'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { SignOutEverywhere } from '@/components/settings/sign-out-everywhere'
import { Card, CardBody } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { ownProfile } from '@/lib/members/queries'

export const metadata: Metadata = { title: 'Profile' }
export const dynamic = 'force-dynamic'

/** The actor's own account: roles, password, sessions. */
export default async function ProfilePage() {
  const profile = await ownProfile(await sessionActor())
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsTabs current="/settings" />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title={profile.name} note={profile.email}>
          <CardBody>
            <RoleList grants={profile.grants} />
          </CardBody>
        </Card>
        <Card title="Password" note={profile.ownHand ? 'Changing it ends all your sessions, and begins a new one here.' : undefined}>
          <CardBody>
            {profile.ownHand ? (
              <PasswordForm />
            ) : (
              <p className="text-muted">
                You act as {profile.name}. Only the person who signed in as {profile.name} changes this password.
              </p>
            )}
          </CardBody>
        </Card>
        {profile.ownHand ? (
          <Card title="Sessions" note="A session ends by itself 8 hours after the sign-in.">
            <CardBody>
              <SignOutEverywhere />
            </CardBody>
          </Card>
        ) : null}
      </div>
    </>
  )
}
