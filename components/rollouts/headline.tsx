import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ArmLabel } from '@/components/ui/arm-label'
import { Badge } from '@/components/ui/badge'
import type { RolloutView } from '@/lib/rollouts/view-schema'
import { PhaseBadge } from './phase-badge'
import { STRATEGY_WORDS } from './words'

/** The first thing one reads: what goes where, and the sentence that says whether it is all right. */
export function Headline({ rollout, controls }: { rollout: RolloutView; controls: ReactNode }) {
  const { model, environment, from, to } = rollout
  return (
    <header className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="break-words font-semibold text-xl">
            <Link href={`/models/${model}`} className="hover:underline">
              {model}
            </Link>
          </h1>
          <span className="inline-flex items-center gap-2 text-lg">
            <ArmLabel arm="live" version={from?.number ?? null} />
            <ArrowRight className="size-4 text-muted" role="img" aria-label="to" />
            <ArmLabel arm="next" version={to?.number ?? null} />
          </span>
          <Link href={`/endpoints/${rollout.endpointId}`} className="text-link underline underline-offset-3 hover:no-underline">
            {environment}
          </Link>
          <Badge tone="quiet">{STRATEGY_WORDS[rollout.strategy]}</Badge>
          <PhaseBadge phase={rollout.phase} holds={rollout.holds.map((hold) => hold.reason)} />
          {rollout.sameArtifact ? <Badge tone="quiet">same artifact, an A/A</Badge> : null}
        </div>
        <div className="flex flex-wrap items-center gap-2">{controls}</div>
      </div>
      <p role="status" className="max-w-[70ch] text-pretty text-xl" data-testid="headline">
        {rollout.headline}
      </p>
    </header>
  )
}
