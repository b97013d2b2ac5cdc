import Link from 'next/link'
import { Fact, Facts } from '@/components/approvals/facts'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import type { ModelDetail } from '@/lib/models/schema'
import { segmentMinimum, segmentRange } from './segment-words'

/** The parts of a model's requests that its gates judge by themselves. */
export function SegmentsCard({ model }: { model: ModelDetail }) {
  const edit = (
    <Button asChild size="sm">
      <Link href={`/models/${model.slug}/segments`}>{model.segments.length === 0 ? 'Declare segments' : 'Edit the segments'}</Link>
    </Button>
  )
  return (
    <Card title="Segments" action={model.may.register ? edit : null}>
      {model.segments.length === 0 ? (
        <CardBody>
          <p className="max-w-prose text-muted">
            None: gates judge all requests together. A segment is judged by itself as well, so that a version that is worse only there goes
            back too.
          </p>
        </CardBody>
      ) : (
        <Facts>
          {model.segments.map((segment) => (
            <Fact key={segment.id} label={segment.name}>
              {segmentRange(segment)}; {segmentMinimum(segment)}
            </Fact>
          ))}
        </Facts>
      )}
    </Card>
  )
}
