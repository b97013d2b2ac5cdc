import { Badge } from '@/components/ui/badge'
import { Checkbox } from '@/components/ui/checkbox'
import { Input } from '@/components/ui/input'
import type { Location } from '@/lib/clusters/schema'

/** A cluster's name to its wave as typed; a cluster that is not in it is not chosen. */
export type Chosen = Record<string, string>

interface WavePickerProps {
  clusters: readonly { name: string; location: Location }[]
  chosen: Chosen
  error?: string | undefined
  onChange: (chosen: Chosen) => void
}

/** Which clusters, and in which wave each gets a new version. */
export function WavePicker({ clusters, chosen, error, onChange }: WavePickerProps) {
  const toggle = (name: string, on: boolean) => {
    const { [name]: _gone, ...others } = chosen
    onChange(on ? { ...others, [name]: '1' } : others)
  }
  return (
    <fieldset name="clusters" className="grid gap-2">
      <legend className="mb-1 font-medium text-sm">Clusters, in waves</legend>
      <p className="text-muted text-sm">
        Wave 1 gets a new version first; the next begins when all of it is at 100 %. Clusters of one wave take turns, by name.
      </p>
      {clusters.length === 0 ? <p className="text-muted">There is no cluster yet. Add one first.</p> : null}
      {clusters.map(({ name, location }) => (
        <div key={name} className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <Checkbox checked={name in chosen} onChange={(event) => toggle(name, event.target.checked)} className="min-w-40">
            {name}
          </Checkbox>
          <Badge tone="quiet">{location}</Badge>
          {name in chosen ? (
            <span className="inline-flex items-center gap-2 text-sm">
              wave
              <Input
                type="number"
                min={1}
                max={20}
                aria-label={`Wave of ${name}`}
                value={chosen[name]}
                onChange={(event) => onChange({ ...chosen, [name]: event.target.value })}
                className="w-16"
              />
            </span>
          ) : null}
        </div>
      ))}
      {error ? <p className="text-fail text-sm">{error}</p> : null}
    </fieldset>
  )
}

/** What the command takes. */
export function wavesOf(chosen: Chosen): { cluster: string; wave: number }[] {
  return Object.entries(chosen).map(([cluster, wave]) => ({ cluster, wave: Number(wave) }))
}

/** The first thing that is wrong about the clusters. */
export function wavesError(fields: Record<string, string>): string | undefined {
  return fields.clusters ?? Object.entries(fields).find(([path]) => path.startsWith('clusters.'))?.[1]
}
