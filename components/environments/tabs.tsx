import { LinkTabs } from '@/components/ui/tabs'

/** Environments and the clusters that they are made of. */
export function EnvironmentTabs({ current }: { current: '/environments' | '/environments/clusters' }) {
  const tabs = [
    { href: '/environments', label: 'Environments' },
    { href: '/environments/clusters', label: 'Clusters' },
  ]
  return <LinkTabs label="Environments and clusters" tabs={tabs} current={current} />
}
