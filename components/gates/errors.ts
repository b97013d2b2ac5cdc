import type * as z from 'zod'
import { issueWords } from '@/components/ui/issue-words'
import { GATE_FIELDS, type Metric } from './fields'

type Issue = z.core.$ZodIssue
/** What was checked: its gates lie by their place, and are named by their metric. */
interface Checked {
  gates?: readonly { metric: Metric }[]
  initialGates?: readonly { metric: Metric }[]
  clusterSteps?: readonly { cluster: string }[] | undefined
}

/** What is wrong by path, in plain words; gates by their metric: `gates.errors.limit`; steps of a cluster by its name: `clusterSteps.on-prem`. */
export function fieldErrors(issues: readonly Issue[], checked: Checked): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const issue of issues) {
    const [head, index, field] = issue.path
    const cluster = head === 'clusterSteps' && typeof index === 'number' ? checked.clusterSteps?.[index]?.cluster : undefined
    if (cluster !== undefined) {
      errors[`clusterSteps.${cluster}`] ??= issue.message
      continue
    }
    const metric = (head === 'gates' || head === 'initialGates') && typeof index === 'number' ? checked[head]?.[index]?.metric : undefined
    const path = metric ? [head, metric, ...(field === undefined ? [] : [field])] : head === 'steps' ? [head] : issue.path
    errors[path.join('.')] ??= head === 'steps' ? issue.message : issueWords(issue, isPercent(metric, field))
  }
  return errors
}

function isPercent(metric: Metric | undefined, field: PropertyKey | undefined): boolean {
  return metric !== undefined && GATE_FIELDS[metric].some((each) => each.field === field && each.kind.startsWith('percent'))
}
