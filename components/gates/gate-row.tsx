import { useEffect, useState } from 'react'
import { gateSentence } from '@/components/approvals/gate-words'
import { GateTerms } from '@/components/rollouts/gate-terms'
import { METRIC_WORDS } from '@/components/rollouts/words'
import { Button } from '@/components/ui/button'
import { capital, formatCount } from '@/lib/format'
import { DRY_RUN_WORDS } from '@/lib/rollouts/gate-terms'
import { Gate } from '@/lib/rollouts/schema'
import { changedFields, type GateTexts, gateOf, withText } from './draft'
import { GATE_FIELDS, type Metric } from './fields'
import { FlagInput, GateInput } from './gate-input'
import { usualHints } from './kinds'
import { NoDataSelect } from './no-data-select'

interface GateRowProps {
  metric: Metric
  texts: GateTexts
  /** As the environment asks for it: what differs is marked. */
  asked: GateTexts | undefined
  /** The environment does not ask for it: the person does. */
  added: boolean
  /** What is wrong, by field; the gate itself under the empty name. */
  errors: Record<string, string>
  /** Open from the first: it was just added. */
  fresh: boolean
  onChange: (texts: GateTexts) => void
  /** Absent where it may not be left out. */
  onRemove: (() => void) | undefined
}

/** One gate, folded to what it asks in one sentence. */
export function GateRow({ metric, texts, asked, added, errors, fresh, onChange, onRemove }: GateRowProps) {
  const changed = asked ? changedFields(texts, asked) : []
  const wrong = Object.keys(errors).length
  const [open, setOpen] = useState(fresh)
  useEffect(() => {
    if (wrong > 0) setOpen(true)
  }, [wrong])
  return (
    <details className="rounded-md border" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-8 px-3 py-1.5">
        <span className="font-medium">{METRIC_WORDS[metric]}</span>{' '}
        {wrong > 0 ? <span className="text-fail text-sm">{formatCount(wrong)} to put right</span> : null}{' '}
        {changed.length > 0 ? <span className="text-link text-xs">{formatCount(changed.length)} changed</span> : null}
        {added ? <span className="text-link text-xs">added</span> : null}
        <Asks metric={metric} texts={texts} />
      </summary>
      <div className="grid gap-3 border-t p-3 sm:grid-cols-2">
        {errors[''] ? <p className="text-fail text-sm sm:col-span-2">{errors['']}</p> : null}
        <Inputs metric={metric} texts={texts} asked={asked} changed={changed} errors={errors} onChange={onChange} />
        {onRemove ? (
          <Button size="sm" onClick={onRemove} className="justify-self-start sm:col-span-2">
            Remove the gate: {METRIC_WORDS[metric]?.toLowerCase()}
          </Button>
        ) : (
          <p className="text-muted text-sm sm:col-span-2">The environment asks for this gate: it can be stricter, not left out.</p>
        )}
      </div>
    </details>
  )
}

/** What the gate asks, once its fields say it. */
function Asks({ metric, texts }: { metric: Metric; texts: GateTexts }) {
  const { data: gate } = Gate.safeParse(gateOf(metric, texts))
  return (
    <span className="block text-pretty text-muted text-sm">
      {gate ? (
        <>
          {withoutName(gateSentence(gate), METRIC_WORDS[metric] ?? metric)} <GateTerms gate={gate} />
        </>
      ) : (
        'Not complete yet.'
      )}
    </span>
  )
}

/** "Errors: returns when ..." under the name Errors is "Returns when ...". */
function withoutName(sentence: string, name: string): string {
  const rest = sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence
  return capital(rest)
}

interface InputsProps extends Pick<GateRowProps, 'metric' | 'texts' | 'asked' | 'errors' | 'onChange'> {
  changed: readonly string[]
}

function Inputs({ metric, texts, asked, changed, errors, onChange }: InputsProps) {
  const usual = asked ? undefined : usualHints(metric)
  const change = (field: string) => (text: string) => onChange(withText(texts, field, text))
  const hint = (field: string) => (asked && changed.includes(field) ? `The environment’s: ${asked[field] || 'empty'}.` : usual?.[field])
  return (
    <>
      {GATE_FIELDS[metric].map((each) =>
        each.when?.(texts) === false ? null : (
          <GateInput
            key={each.field}
            of={each}
            text={texts[each.field] ?? ''}
            usual={hint(each.field)}
            changed={changed.includes(each.field)}
            error={errors[each.field]}
            onChange={change(each.field)}
          />
        ),
      )}
      <NoDataSelect
        value={texts.noData ?? ''}
        idle={texts.required === 'false' && !texts.noData}
        error={errors.noData}
        changed={changed.includes('noData')}
        onChange={change('noData')}
      />
      <FlagInput
        label={capital(DRY_RUN_WORDS)}
        text={texts.dryRun ?? ''}
        changed={changed.includes('dryRun')}
        error={errors.dryRun}
        onChange={(text) => change('dryRun')(text === 'true' ? text : '')}
      />
    </>
  )
}
