import { Bullets } from '@/components/ui/bullets'
import { Checkbox } from '@/components/ui/checkbox'
import type { LaunchPreview } from '@/lib/rollouts/view-schema'

interface LaunchRefusalsProps {
  changes: LaunchPreview['changes']
  despite: boolean
  onChange: (despite: boolean) => void
}

/** What clusters would refuse, and the box that a person ticks to launch despite it. */
export function LaunchRefusals({ changes, despite, onChange }: LaunchRefusalsProps) {
  const refusing = changes?.filter(({ refusals }) => refusals.length > 0) ?? []
  if (refusing.length === 0) return null
  return (
    <section aria-label="Refused by clusters" className="grid gap-2 rounded-md border border-fail p-3">
      <h2 className="font-medium text-fail">Clusters would refuse this now</h2>
      {refusing.map(({ cluster, refusals }) => (
        <div key={cluster} className="grid gap-1">
          <span className="text-muted text-sm">{cluster}</span>
          <Bullets lines={refusals} />
        </div>
      ))}
      <Checkbox name="despiteRefusals" checked={despite} onChange={(event) => onChange(event.target.checked)}>
        Launch despite it: the rollout holds there until it is mended
      </Checkbox>
    </section>
  )
}
