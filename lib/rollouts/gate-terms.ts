import type { NoData } from './schema'
import { NO_DATA } from './words'

// What a gate does beside judging: without data, and as a dry run. The same words in plan, verdict, approval and report.

interface Terms {
  readonly noData?: NoData
  readonly dryRun?: boolean
}

const WORDS: Record<NoData, string> = {
  fail: 'without data it counts as a fail, and returns',
  extend: 'without data the step lasts once longer, then it returns',
  hold: 'without data it holds for a person',
  pass: 'without data it passes: nothing is judged then',
}

/** What the gate does without data, as a clause. */
export function noDataWords({ noData = 'hold' }: Terms): string {
  return WORDS[noData]
}

/** Must this gate's word on missing data be shown in red? To pass without data is chosen by name. */
export function passesWithoutData({ noData, dryRun }: Terms): boolean {
  return noData === 'pass' && !dryRun
}

export const DRY_RUN_WORDS = 'dry run: judged and shown, never acted on'

/** Fields in which a gate's terms are looser than the policy's gate of the same metric, with what is allowed. A dry run judges nothing that a policy asks to be judged. */
export function looserTerms(own: Terms, policy: Terms): Record<string, string> {
  const fields: Record<string, string> = {}
  const asked = policy.noData ?? 'hold'
  if (NO_DATA.indexOf(own.noData ?? 'hold') > NO_DATA.indexOf(asked))
    fields.noData = `This environment asks that ${WORDS[asked]}; stricter is: ${NO_DATA.slice(0, NO_DATA.indexOf(asked)).join(', ') || 'nothing'}.`
  if (own.dryRun && !policy.dryRun) fields.dryRun = 'This environment asks for this gate: a dry run does not satisfy it.'
  return fields
}
