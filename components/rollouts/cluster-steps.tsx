import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { stepsText } from './launch-input'

/** Steps of single clusters as typed, by name; empty: those of all. */
export type ClusterTexts = Record<string, string>

interface ClusterStepsProps {
  clusters: readonly string[]
  texts: ClusterTexts
  /** What is marked as changed when it differs; none: nothing is marked. */
  defaults?: ClusterTexts
  errors: Record<string, string>
  onChange: (texts: ClusterTexts) => void
}

/** Other steps on single clusters: where there is one cluster only, it has none to differ from. */
export function ClusterStepsFields({ clusters, texts, defaults, errors, onChange }: ClusterStepsProps) {
  const names = [...new Set([...clusters, ...Object.keys(texts).filter((name) => texts[name])])]
  const own = names.filter((name) => texts[name]?.trim())
  const wrong = names.some((name) => errors[path(name)])
  if (names.length < 2 && own.length === 0) return null
  return (
    <details className="rounded-md border" open={wrong || undefined}>
      <summary className="min-h-8 px-3 py-1.5 font-medium text-sm">
        Other steps on single clusters{' '}
        <span className="font-normal text-muted">{own.length === 0 ? 'none' : `${own.length} of ${names.length}`}</span>
      </summary>
      <div className="grid gap-3 border-t p-3 sm:grid-cols-2">
        {names.map((name) => (
          <Field
            key={name}
            label={`Steps on ${name}, %`}
            hint="Empty: the steps above."
            error={errors[path(name)]}
            changed={defaults !== undefined && (texts[name] ?? '') !== (defaults[name] ?? '')}
          >
            <Input value={texts[name] ?? ''} inputMode="decimal" onChange={(event) => onChange({ ...texts, [name]: event.target.value })} />
          </Field>
        ))}
      </div>
    </details>
  )
}

function path(name: string): string {
  return `clusterSteps.${name}`
}

/** As a policy has them. */
export function clusterTexts(own: readonly { cluster: string; steps: readonly number[] }[] | undefined): ClusterTexts {
  return Object.fromEntries((own ?? []).map(({ cluster, steps }) => [cluster, stepsText(steps)]))
}
