import type { Metadata } from 'next'
import { DeliveryLog } from '@/components/notifications/delivery-log'
import { WebhookForm } from '@/components/notifications/webhook-form'
import { WebhookList } from '@/components/notifications/webhook-list'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listDeliveries, listWebhooks, webhookTeams } from '@/lib/notifications/queries'
import { flat, type Search } from '@/lib/top-line/line'

export const metadata: Metadata = { title: 'Webhooks' }
export const dynamic = 'force-dynamic'

/** Who is told of rollouts, and what came of each message. */
export default async function WebhooksPage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { after } = flat(await searchParams)
  const [teams, webhooks, page] = await Promise.all([webhookTeams(actor), listWebhooks(actor), listDeliveries(actor, { after })])
  const manages = teams.length > 0
  return (
    <>
      <PageHeader title="Settings" actions={manages ? <WebhookForm teams={teams} /> : null} />
      <SettingsTabs current="/settings/webhooks" />
      {manages ? null : <Banner tone="info">Webhooks are made by engineers, SREs and admins, for their teams.</Banner>}
      <WebhookList webhooks={webhooks} />
      {webhooks.length > 0 ? <DeliveryLog rows={page.items} next={page.next} search={{ after }} /> : null}
      {webhooks.length > 0 ? <RefreshEvery seconds={5} /> : null}
    </>
  )
}
