import { PageHeader } from '@/components/ui/page-header'

export default function Overview() {
  return <PageHeader title="Overview" />
}
