import type { Metadata } from 'next'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { TokenForm } from '@/components/settings/token-form'
import { TokenList } from '@/components/settings/token-list'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listTokens, tokenChoices } from '@/lib/tokens/queries'

export const metadata: Metadata = { title: 'API tokens' }
export const dynamic = 'force-dynamic'

/** Tokens for pipelines: what each may do, until when, and when it was last used. */
export default async function TokensPage() {
  const actor = await sessionActor()
  const [tokens, choices] = await Promise.all([listTokens(actor), tokenChoices(actor)])
  return (
    <>
      <PageHeader title="Settings" actions={choices.length > 0 ? <TokenForm choices={choices} /> : null} />
      <SettingsTabs current="/settings/tokens" />
      {choices.length > 0 ? null : <Banner tone="info">API tokens are made by engineers and admins, for their teams.</Banner>}
      <TokenList tokens={tokens} />
    </>
  )
}
