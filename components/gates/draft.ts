import type { Gate } from '@/lib/rollouts/schema'
import { GATE_FIELDS, type GateField, type Metric } from './fields'

/** A gate's fields as typed; what is left out is empty. */
export type GateTexts = Record<string, string>
/** Gates by their metric, in their order: each metric is gated once. */
export type GateDrafts = Partial<Record<Metric, GateTexts>>

const PERCENT_PLACES = 2
/** What a gate says by leaving it out. */
const LEFT_OUT: Record<string, string> = { noData: 'hold', dryRun: 'false' }
const NOT_A_NUMBER = Number.NaN

function isMetric(word: string): word is Metric {
  return word in GATE_FIELDS
}

/** The metrics that a form holds, in their order. */
export function metricsOf(drafts: GateDrafts): Metric[] {
  return Object.keys(drafts).filter(isMetric)
}

/** A gate as texts: shares as percent, lists one after the other. */
export function gateTexts(gate: Gate): GateTexts {
  const values = new Map<string, unknown>(Object.entries(gate))
  const texts = GATE_FIELDS[gate.metric].map((each) => [each.field, textOf(each, values.get(each.field))])
  return { ...Object.fromEntries(texts), noData: gate.noData ?? '', dryRun: gate.dryRun === undefined ? '' : String(gate.dryRun) }
}

/** Gates as a form holds them. */
export function gateDrafts(gates: readonly Gate[]): GateDrafts {
  return Object.fromEntries(gates.map((gate) => [gate.metric, gateTexts(gate)]))
}

/** The gate that texts mean, unchecked: what is no number is NaN, so that the check names it. */
export function gateOf(metric: Metric, texts: GateTexts): Record<string, unknown> & { metric: Metric } {
  const { noData, dryRun } = texts
  const fields = GATE_FIELDS[metric].flatMap((each) => {
    const text = texts[each.field] ?? ''
    return each.optional && text.trim() === '' ? [] : [[each.field, meantBy(each, text)]]
  })
  return { metric, ...Object.fromEntries(fields), ...(noData ? { noData } : {}), ...(dryRun ? { dryRun: dryRun === 'true' } : {}) }
}

/** The gates that a form means, unchecked. */
export function gatesOf(drafts: GateDrafts) {
  return metricsOf(drafts).map((metric) => gateOf(metric, drafts[metric] ?? {}))
}

/** The fields in which two drafts of one gate differ; what is left out is what it means. */
export function changedFields(texts: GateTexts, asked: GateTexts): string[] {
  const meant = (from: GateTexts, field: string) => from[field]?.trim() || LEFT_OUT[field] || ''
  return Object.keys(texts).filter((field) => meant(texts, field) !== meant(asked, field))
}

/** A gate's texts with one changed, and with what goes with it: a gate that nothing waits for does nothing without data. */
export function withText(texts: GateTexts, field: string, text: string): GateTexts {
  const next = { ...texts, [field]: text }
  if (field === 'required' && text === 'false') next.noData = ''
  if (field === 'kind' && text !== 'off-by') next.threshold = ''
  return next
}

function textOf({ kind }: GateField, value: unknown): string {
  if (value === undefined) return ''
  if (kind === 'percents' && Array.isArray(value)) return value.map((each) => shifted(Number(each), PERCENT_PLACES)).join(', ')
  if (kind === 'lines' && Array.isArray(value)) return value.join('\n')
  return kind === 'percent' ? String(shifted(Number(value), PERCENT_PLACES)) : String(value)
}

function meantBy({ kind }: GateField, text: string): unknown {
  switch (kind) {
    case 'number':
      return numberOf(text)
    case 'percent':
      return shifted(numberOf(text.replace('%', '')), -PERCENT_PLACES)
    case 'percents':
      return parts(text.replaceAll('%', ' '), /[\s,;]+/).map((each) => shifted(numberOf(each), -PERCENT_PLACES))
    case 'lines':
      return parts(text, '\n')
    case 'flag':
      return text === 'true'
    default:
      return text.trim()
  }
}

function parts(text: string, between: RegExp | string): string[] {
  return text
    .split(between)
    .map((each) => each.trim())
    .filter(Boolean)
}

function numberOf(text: string): number {
  return text.trim() === '' ? NOT_A_NUMBER : Number(text)
}

/** Moves the decimal point by writing, not by multiplying: 0.07 is 7 %, and 7 % is 0.07 again. */
function shifted(value: number, places: number): number {
  const [digits, exponent = '0'] = String(value).split('e')
  return Number(`${digits}e${Number(exponent) + places}`)
}
