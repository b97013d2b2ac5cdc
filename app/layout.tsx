import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { KeptTitle } from '@/components/shell/kept-title'
import { readTheme, THEME_COOKIE } from '@/lib/theme/schema'
import './globals.css'
import { Providers } from './providers'

export const metadata: Metadata = { title: { default: 'Slipway', template: '%s · Slipway' }, icons: { icon: '/icon.svg' } }
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

/** The document. The chosen theme comes from a cookie, so that the first paint is right; without one the system decides. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <body>
        <KeptTitle />
        <Providers serverNow={Date.now()}>{children}</Providers>
      </body>
    </html>
  )
}
