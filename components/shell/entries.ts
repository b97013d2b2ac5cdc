import { Activity, Boxes, CircleCheckBig, Gauge, type LucideIcon, Rocket, ScrollText, Server, Settings, Waypoints } from 'lucide-react'

export interface Entry {
  href: string
  label: string
  icon: LucideIcon
}

/** The entries of the rail, in its order. An entry stands here when it works. */
export const ENTRIES: readonly Entry[] = [
  { href: '/', label: 'Overview', icon: Gauge },
  { href: '/models', label: 'Models', icon: Boxes },
  { href: '/environments', label: 'Environments', icon: Server },
  { href: '/rollouts', label: 'Rollouts', icon: Rocket },
  { href: '/approvals', label: 'Approvals', icon: CircleCheckBig },
  { href: '/endpoints', label: 'Endpoints', icon: Waypoints },
  { href: '/monitoring', label: 'Monitoring', icon: Activity },
  { href: '/audit', label: 'Audit', icon: ScrollText },
  { href: '/settings', label: 'Settings', icon: Settings },
]
