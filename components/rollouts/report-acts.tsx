'use client'

import Link from 'next/link'
import { Button } from '@/components/ui/button'

/** Ways to take a report away; none of it is printed. */
export function ReportActs({ rolloutId }: { rolloutId: string }) {
  const file = (format: string) => `/api/v1/rollouts/${rolloutId}/report?format=${format}`
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <Button variant="primary" onClick={() => window.print()}>
        Print the report
      </Button>
      <Button asChild>
        <a href={file('md')} download>
          Download Markdown
        </a>
      </Button>
      <Button asChild>
        <a href={file('json')} download>
          Download JSON
        </a>
      </Button>
      <Button asChild variant="link">
        <Link href={`/rollouts/${rolloutId}`}>Back to the rollout</Link>
      </Button>
    </div>
  )
}
