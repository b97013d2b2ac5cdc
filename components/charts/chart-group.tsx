'use client'

import { cn } from '@/components/ui/cn'
import { Chart } from './chart'
import { CrosshairProvider } from './crosshair'
import type { ChartSpec } from './spec'

/** Charts over the same time, side by side where there is room, with one crosshair. */
export function ChartGroup({ specs, className }: { specs: ChartSpec[]; className?: string }) {
  return (
    <CrosshairProvider>
      <div className={cn('grid gap-x-6 gap-y-4 lg:grid-cols-2', className)}>
        {specs.map((spec) => (
          <Chart key={spec.title} spec={spec} />
        ))}
      </div>
    </CrosshairProvider>
  )
}
