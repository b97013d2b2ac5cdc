import { cookies } from 'next/headers'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { AccountMenu } from '@/components/auth/account-menu'
import { ReadOnlyBanner } from '@/components/endpoints/takeover/read-only-banner'
import { CrumbProvider, Crumbs } from '@/components/shell/crumbs'
import { Keys } from '@/components/shell/keys'
import { LiveProvider, LiveRefresh } from '@/components/shell/live'
import { LiveBanner } from '@/components/shell/live-banner'
import { Rail } from '@/components/shell/rail'
import { RailSheet } from '@/components/shell/rail-sheet'
import { ThemeSwitch } from '@/components/shell/theme-switch'
import { TopLineProvider } from '@/components/top-line/kept'
import { TopLine } from '@/components/top-line/top-line'
import { countWaiting } from '@/lib/approvals/queries'
import { sessionActor } from '@/lib/auth/session'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { listMyProposals } from '@/lib/environments/proposals/queries'
import { environmentChoices } from '@/lib/environments/queries'
import { actAsChoices } from '@/lib/members/queries'
import { readTheme, THEME_COOKIE } from '@/lib/theme/schema'

/** The shell of everything behind the sign-in: rail, top line, page. It protects nothing; every query and command asks for itself. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await sessionActor()
  const waiting = (await countWaiting(actor)) + (await listMyProposals(actor)).length
  const theme = <ThemeSwitch initial={readTheme((await cookies()).get(THEME_COOKIE)?.value)} />
  return (
    <LiveProvider>
      <CrumbProvider>
        <TopLineProvider>
          <LiveRefresh keys={['approvals']} />
          <a
            href="#main"
            className="sr-only z-60 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
          >
            Skip to the page
          </a>
          <div className="min-h-dvh lg:grid lg:grid-cols-[13rem_minmax(0,1fr)] print:block">
            <aside className="sticky top-0 flex h-dvh flex-col border-r bg-surface max-lg:hidden print:hidden">
              <Link href="/" className="flex h-12 items-center px-4 font-semibold text-lg">
                Slipway
              </Link>
              <Rail waiting={waiting} />
              <div className="mt-auto p-4">{theme}</div>
            </aside>
            <div className="min-w-0">
              <header className="sticky top-0 z-30 flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-4 print:hidden">
                <RailSheet waiting={waiting} foot={theme} />
                <Crumbs />
                <TopLine environments={await environmentChoices(actor)} />
                <div className="ml-auto flex items-center gap-2 max-md:min-h-12">
                  <Keys />
                  <AccountMenu name={actor.name} signedInAs={actor.signedInAs} choices={await actAsChoices(actor)} />
                </div>
              </header>
              <main id="main" tabIndex={-1} className="mx-auto grid max-w-[1440px] gap-4 p-4 outline-none lg:p-6">
                <LiveBanner />
                <ReadOnlyBanner takeovers={await listTakeovers(actor)} />
                {children}
              </main>
            </div>
          </div>
        </TopLineProvider>
      </CrumbProvider>
    </LiveProvider>
  )
}
