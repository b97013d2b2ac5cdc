import { accuracy, auc, type Confusion, costPerThousand } from '@/lib/analysis/classification'
import { pool } from '@/lib/db'
import type { QualityPoint, Span } from './schema'
import { stepsOf } from './span'
import type { ArmKey } from './traffic'

/** What a missed positive and a false alarm cost, for the cost per 1,000. */
const PRICES = { missed: 3, falseAlarm: 1 }

interface Row {
  versionId: string
  role: string
  slot: Date
  truePositive: number
  falsePositive: number
  trueNegative: number
  falseNegative: number
  brierSum: number
  scored: number
  positives: number[]
  negatives: number[]
}

/**
 * Accuracy, AUC, Brier and cost per step and arm from labels, by the time of the prediction. `predictions` gives the requests counted in the same step (for coverage).
 * Steps shorter than a minute are filled from the minute that holds them, at its first step. A step without labels is null: no data is not zero.
 */
export async function qualityOf(
  endpointId: string,
  span: Span,
  predictions: (key: ArmKey, at: number, stepMs: number) => number | null,
): Promise<Map<ArmKey, (QualityPoint | null)[]>> {
  const stepMs = Math.max(span.stepMs, 60_000)
  const { rows } = await pool().query<Row>(
    `select s.version_id as "versionId", s.role, l.slot, l.true_positive as "truePositive", l.false_positive as "falsePositive", l.true_negative as "trueNegative",
       l.false_negative as "falseNegative", l.brier_sum as "brierSum", l.scored, l.positives, l.negatives
     from telemetry.label_1m l join telemetry.series s on s.id = l.series
     where s.endpoint_id = $1 and s.segment = 0 and l.slot >= $2 and l.slot < $3`,
    [endpointId, new Date(Math.floor(span.from.getTime() / stepMs) * stepMs), span.to],
  )
  const groups = new Map<ArmKey, Map<number, Row[]>>()
  for (const row of rows) {
    const key: ArmKey = `${row.versionId}/${row.role}`
    const at = Math.floor(row.slot.getTime() / stepMs) * stepMs
    const arm = groups.get(key) ?? new Map<number, Row[]>()
    groups.set(key, arm)
    arm.set(at, [...(arm.get(at) ?? []), row])
  }
  const steps = stepsOf(span)
  return new Map(
    [...groups].map(([key, arm]) => [
      key,
      steps.map((at) => {
        const group = at % stepMs === 0 ? arm.get(at) : undefined
        return group ? qualityPoint(at, group, predictions(key, at, stepMs)) : null
      }),
    ]),
  )
}

/** Quality of rows that belong together; `predictions` null means that coverage is not known. */
export function qualityPoint(at: number, rows: Omit<Row, 'versionId' | 'role' | 'slot'>[], predictions: number | null): QualityPoint {
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + Number(pick(row)), 0)
  const confusion: Confusion = {
    truePositive: sum((row) => row.truePositive),
    falsePositive: sum((row) => row.falsePositive),
    trueNegative: sum((row) => row.trueNegative),
    falseNegative: sum((row) => row.falseNegative),
  }
  const { n, accuracy: share } = accuracy(confusion)
  const bins = (pick: (row: (typeof rows)[number]) => number[]) => rows.map(pick).reduce((a, b) => a.map((count, i) => count + b[i]))
  const scored = sum((row) => row.scored)
  return {
    at,
    labels: n,
    accuracy: share,
    coverage: predictions ? Math.min(1, n / predictions) : null,
    auc:
      scored > 0
        ? auc(
            bins((row) => row.positives),
            bins((row) => row.negatives),
          )
        : null,
    brier: scored > 0 ? sum((row) => row.brierSum) / scored : null,
    cost: costPerThousand(confusion, PRICES),
  }
}
