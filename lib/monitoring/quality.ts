import { accuracy, auc, type Confusion, costPerThousand } from '@/lib/analysis/classification'
import { pool } from '@/lib/db'
import { sumsOf } from './bins'
import { LABEL_BINS } from './outcome'
import type { Prices, QualityPoint, QualitySum, Span } from './schema'
import { stepsOf } from './span'
import type { ArmKey } from './traffic'

/** Labels of one arm in one step. `squaredErrors`: their sum over the scored ones. */
interface LabelCounts extends Confusion {
  labels: number
  squaredErrors: number
  scored: number
  positives: number[]
  negatives: number[]
}

interface Row extends LabelCounts {
  versionId: string
  role: string
  at: string
}

export interface ArmQuality {
  points: (QualityPoint | null)[]
  total: QualitySum
}

/** By what labels are weighed: the prices of mistakes, and whether the model answers with a number. */
interface Terms {
  prices: Prices
  regression: boolean
}

/**
 * Accuracy, AUC, Brier score and cost per step and arm from labels, by the time of the prediction; of a regression the mean squared error alone.
 * `predictions` gives the requests counted in the same step, null where that is not known (for coverage). Steps shorter than a minute are filled from the
 * minute that holds them, at its first step. A step without labels is null: no data is not zero.
 */
export async function qualityOf(
  endpointId: string,
  span: Span,
  terms: Terms,
  predictions: (key: ArmKey, low: number, high: number) => number | null,
): Promise<Map<ArmKey, ArmQuality>> {
  const stepMs = Math.max(span.stepMs, 60_000)
  const groups = new Map<ArmKey, Map<number, LabelCounts>>()
  for (const { versionId, role, at, ...counts } of await readLabels(endpointId, span, stepMs)) {
    const key: ArmKey = `${versionId}/${role}`
    const arm = groups.get(key) ?? new Map<number, LabelCounts>()
    groups.set(key, arm)
    arm.set(Number(at), counts)
  }
  const steps = stepsOf(span)
  return new Map(
    [...groups].map(([key, arm]) => {
      const points = steps.map((at) => {
        const counts = at % stepMs === 0 ? arm.get(at) : undefined
        return counts ? { at, maturing: false, ...qualitySum([counts], terms, predictions(key, at, at + stepMs)) } : null
      })
      const total = qualitySum([...arm.values()], terms, predictions(key, span.from.getTime(), span.to.getTime()))
      return [key, { points: markMaturing(points), total }]
    }),
  )
}

/** Labels summed in the database: a month holds tens of thousands of minutes. */
async function readLabels(endpointId: string, span: Span, stepMs: number): Promise<Row[]> {
  const { rows } = await pool().query<Row>(
    `select s.version_id as "versionId", s.role, floor(extract(epoch from l.slot) * 1000 / $4) * $4 as at,
       sum(l.labels)::float8 as labels, sum(l.true_positive)::float8 as "truePositive", sum(l.false_positive)::float8 as "falsePositive", sum(l.true_negative)::float8 as "trueNegative",
       sum(l.false_negative)::float8 as "falseNegative", sum(l.brier_sum) as "squaredErrors", sum(l.scored)::float8 as scored,
       ${sumsOf('l.positives', LABEL_BINS)} as positives, ${sumsOf('l.negatives', LABEL_BINS)} as negatives
     from telemetry.series s join telemetry.label_1m l on l.series = s.id
     where s.endpoint_id = $1 and s.segment = 0 and l.slot >= $2 and l.slot < $3 group by 1, 2, 3`,
    [endpointId, new Date(Math.ceil(span.from.getTime() / stepMs) * stepMs), span.to, stepMs],
  )
  return rows
}

/** Quality of labels that belong together; `predictions` null means that coverage is not known. */
function qualitySum(rows: LabelCounts[], { prices, regression }: Terms, predictions: number | null): QualitySum {
  const sum = (pick: (row: LabelCounts) => number) => rows.reduce((total, row) => total + pick(row), 0)
  const bins = (pick: (row: LabelCounts) => number[]) => rows.map(pick).reduce((a, b) => a.map((count, i) => count + b[i]))
  const confusion: Confusion = {
    truePositive: sum((row) => row.truePositive),
    falsePositive: sum((row) => row.falsePositive),
    trueNegative: sum((row) => row.trueNegative),
    falseNegative: sum((row) => row.falseNegative),
  }
  const labels = sum((row) => row.labels)
  const scored = sum((row) => row.scored)
  const squaredError = scored > 0 ? sum((row) => row.squaredErrors) / scored : null
  const area = () =>
    auc(
      bins((row) => row.positives),
      bins((row) => row.negatives),
    )
  return {
    labels,
    accuracy: accuracy(confusion).accuracy,
    coverage: predictions ? Math.min(1, labels / predictions) : null,
    auc: scored > 0 && !regression ? area() : null,
    brier: regression ? null : squaredError,
    meanSquaredError: regression ? squaredError : null,
    cost: costPerThousand(confusion, prices),
  }
}

const MATURE_SHARE = 0.5

/** Marks the latest steps whose coverage is less than half of the median: their labels are still coming. */
function markMaturing(points: (QualityPoint | null)[]): (QualityPoint | null)[] {
  const known = points.flatMap((point) => point?.coverage ?? []).sort((a, b) => a - b)
  const usual = known[Math.floor(known.length / 2)] ?? 0
  const lastMature = points.findLastIndex((point) => point?.coverage != null && point.coverage >= MATURE_SHARE * usual)
  return points.map((point, i) => (point && i > lastMature ? { ...point, maturing: true } : point))
}
