'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { NowProvider } from '@/components/ui/now'
import { ToastProvider } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'

/** What every page stands in: server time, queries, tooltips, toasts. */
export function Providers({ serverNow, children }: { serverNow: number; children: ReactNode }) {
  // The event stream says what changed, so that a query need not go stale by itself.
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 2_000, refetchOnWindowFocus: true, retry: 1 } } }),
  )
  return (
    <NowProvider serverNow={serverNow}>
      <QueryClientProvider client={client}>
        <TooltipProvider delayDuration={200}>
          <ToastProvider>{children}</ToastProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </NowProvider>
  )
}
