import { Banner } from '@/components/ui/banner'
import { RelativeTime } from '@/components/ui/relative-time'
import type { TakeoverView } from '@/lib/endpoints/takeover/schema'
import { AnswerTakeover } from './answer'
import { takeoverSentence } from './words'

/** Over the page of an endpoint or its rollout: somebody else changed the route, and nothing is written until a person answers. */
export function TakenOver({ takeovers }: { takeovers: TakeoverView[] }) {
  return takeovers.map((takeover) => (
    <Banner key={takeover.endpointId}>
      <div className="grid gap-2">
        <p>
          <strong className="font-semibold">Read-only:</strong> {takeoverSentence(takeover)} <RelativeTime at={takeover.at} />. Slipway
          writes nothing here until somebody answers.
        </p>
        <AnswerTakeover takeover={takeover} />
      </div>
    </Banner>
  ))
}
