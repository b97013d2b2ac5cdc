import Link from 'next/link'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import type { Misplaced } from '@/lib/environments/data-class/schema'

/** Over a page: data that are served where they may not be. What is wrong, what would be right, and the way there. */
export function MisplacedData({ rows }: { rows: Misplaced[] }) {
  return rows.map(({ endpointId, model, wrong, right }) => (
    <Banner key={endpointId}>
      <div className="grid gap-2">
        <p className="break-words">
          <strong className="font-semibold">Data in the wrong place:</strong> {wrong} Callers are answered as before. {right} When its
          callers have moved, retire it here.
        </p>
        <p className="flex flex-wrap gap-2">
          <Button asChild size="sm">
            <Link href={`/rollouts/new?model=${model}`}>Launch {model} elsewhere</Link>
          </Button>
          <Button asChild size="sm">
            <Link href={`/endpoints/${endpointId}`}>Open the endpoint</Link>
          </Button>
          <Button asChild size="sm">
            <Link href={`/models/${model}`}>Correct its data class</Link>
          </Button>
        </p>
      </div>
    </Banner>
  ))
}
