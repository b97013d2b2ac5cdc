import { LinkTabs } from '@/components/ui/tabs'

const TABS = [
  { href: '/settings', label: 'Profile' },
  { href: '/settings/members', label: 'Members' },
  { href: '/settings/teams', label: 'Teams' },
  { href: '/settings/tokens', label: 'API tokens' },
  { href: '/settings/webhooks', label: 'Webhooks' },
]

/** The parts of the settings. */
export function SettingsTabs({ current }: { current: string }) {
  return <LinkTabs label="Settings" tabs={TABS} current={current} />
}
