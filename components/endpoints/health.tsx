import { CircleCheck, CircleDashed, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import type { EndpointHealth } from '@/lib/endpoints/view-schema'

const LOOKS: Record<EndpointHealth, { icon: LucideIcon; word: string; className: string }> = {
  ok: { icon: CircleCheck, word: 'serving', className: 'text-pass' },
  misrouted: { icon: TriangleAlert, word: 'traffic not as wished', className: 'text-warn' },
  unready: { icon: TriangleAlert, word: 'not all ready', className: 'text-warn' },
  harmed: { icon: CircleX, word: 'failing users now', className: 'text-fail' },
  unknown: { icon: CircleDashed, word: 'not known', className: 'text-muted' },
}

/** How an endpoint is: icon, word and colour, and why in words. */
export function Health({ health, says }: { health: EndpointHealth; says?: string }) {
  const { icon: Icon, word, className } = LOOKS[health]
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 align-top">
      <span className={cn('inline-flex items-center gap-1 whitespace-nowrap font-medium', className)}>
        <Icon className="size-4" aria-hidden />
        {word}
      </span>
      {says ? <span className="text-muted text-sm">{says}</span> : null}
    </span>
  )
}
