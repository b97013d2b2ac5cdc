import { formatShare } from '@/lib/format'
import { looserTerms } from './gate-terms'
import type { Gate } from './schema'
import { hitWords } from './words'

/** What is wrong with chosen gates beside the policy's: none may be left out or loosened; more and stricter ones are welcome. Keys: `gates.METRIC.FIELD`. */
export function fieldsOfGates(chosen: readonly Gate[], policy: readonly Gate[], initial: boolean): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const gate of chosen) {
    const name = `gates.${gate.metric}`
    if (chosen.some((other) => other !== gate && other.metric === gate.metric))
      fields[name] = `The ${gate.metric} gate stands twice: keep one.`
    if ('required' in gate && !gate.required && gate.noData)
      fields[`${name}.noData`] = 'This gate is not waited for, so it does nothing without data: leave noData out, or require the gate.'
    if (initial && gate.metric !== 'objective' && gate.metric !== 'accuracy-floor')
      fields[name] = `A first version has nothing to compare with: only objective and accuracy-floor can gate it, not ${gate.metric}.`
  }
  for (const wanted of policy) {
    const own = chosen.find((gate) => gate.metric === wanted.metric)
    if (!own) fields[`gates.${wanted.metric}`] = `This environment asks for the ${wanted.metric} gate: it cannot be left out.`
    else for (const [field, text] of Object.entries(loosened(own, wanted))) fields[`gates.${wanted.metric}.${field}`] = text
    if (own?.metric === 'errors' && own.limit < own.tolerance)
      fields['gates.errors.limit'] = `The limit (${own.limit}x) must not be below the tolerance (${own.tolerance}x).`
  }
  return fields
}

/** Fields in which a gate is looser than the policy's gate of the same metric, each with what is allowed. */
export function loosened(own: Gate, policy: Gate): Record<string, string> {
  const fields = looserTerms(own, policy)
  const most = (field: string, value: number, allowed: number, shown = `${allowed}`) => {
    if (value > allowed) fields[field] = `At most ${shown} is allowed in this environment.`
  }
  if (own.metric === 'errors' && policy.metric === 'errors') {
    most('tolerance', own.tolerance, policy.tolerance, `${policy.tolerance}x`)
    most('limit', own.limit, policy.limit, `${policy.limit}x`)
    most('floor', own.floor, policy.floor, formatShare(policy.floor))
    most('ceiling', own.ceiling, policy.ceiling, `${policy.ceiling}x`)
  }
  if (own.metric === 'latency' && policy.metric === 'latency') {
    most('floorMs', own.floorMs, policy.floorMs, `${policy.floorMs} ms`)
    const missing = policy.quantiles.filter((quantile) => !own.quantiles.includes(quantile))
    if (missing.length > 0)
      fields.quantiles = `This environment judges ${missing.map((q) => `p${Number((q * 100).toFixed(1))}`).join(', ')} too.`
  }
  if (own.metric === 'accuracy' && policy.metric === 'accuracy') {
    most('tolerancePoints', own.tolerancePoints, policy.tolerancePoints, `${policy.tolerancePoints} points`)
    most('limitPoints', own.limitPoints, policy.limitPoints, `${policy.limitPoints} points`)
    if (!own.required && policy.required) fields.required = 'This environment asks that accuracy is proven before each step.'
  }
  if ((own.metric === 'quality' && policy.metric === 'quality') || (own.metric === 'business' && policy.metric === 'business')) {
    most('tolerance', own.tolerance, policy.tolerance, `${policy.tolerance}x`)
    most('limit', own.limit, policy.limit, `${policy.limit}x`)
    if (!own.required && policy.required) fields.required = 'This environment asks that this gate is proven before each step.'
    if (hitWords(own) !== hitWords(policy)) fields.threshold = `This environment judges "${hitWords(policy)}", not "${hitWords(own)}".`
  }
  if (own.metric === 'drift' && policy.metric === 'drift') {
    most('ratio', own.ratio, policy.ratio, `${policy.ratio}x`)
    most('maxDistance', own.maxDistance, policy.maxDistance, formatShare(policy.maxDistance))
    if (!own.required && policy.required) fields.required = 'This environment asks that inputs are shown to be alike before each step.'
    const missing = own.features ? (policy.features ?? []).filter((name) => !own.features?.includes(name)) : []
    if (missing.length > 0 || (own.features && !policy.features))
      fields.features = `This environment compares ${policy.features?.join(', ') ?? 'every feature'}.`
  }
  if (own.metric === 'objective' && policy.metric === 'objective') most('max', own.max, policy.max, formatShare(policy.max))
  if (own.metric === 'accuracy-floor' && policy.metric === 'accuracy-floor' && own.min < policy.min)
    fields.min = `At least ${formatShare(policy.min)} is asked in this environment.`
  return fields
}
