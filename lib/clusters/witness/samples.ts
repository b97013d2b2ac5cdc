import * as z from 'zod'

const SERIES_MAX = 2_000
const SAMPLES_MAX = 1_000

/** A cumulative count at a time: seconds since epoch, and the number as text. */
const Sample = z.tuple([z.number().finite(), z.string().max(40)])
const Matrix = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z
      .array(z.object({ metric: z.record(z.string().max(200), z.string().max(2_000)), values: z.array(Sample).max(SAMPLES_MAX) }))
      .max(SERIES_MAX),
  }),
})

export interface Series {
  labels: Record<string, string>
  /** ms, in order; counts that are finite and not negative. */
  values: { at: number; count: number }[]
}

/** The answer to a range selector as Prometheus documents it (HTTP API, v1/query, 2.x and 3.x); null: it is something else, and nothing of it is used. */
export function readMatrix(text: string): Series[] | null {
  const parsed = Matrix.safeParse(jsonOf(text))
  if (!parsed.success) return null
  const series = parsed.data.data.result.map(({ metric, values }) => ({
    labels: metric,
    values: values.map(([seconds, number]) => ({ at: seconds * 1_000, count: numberOf(number) })),
  }))
  const sound = series.every(({ values }) =>
    values.every(({ at, count }, i) => Number.isFinite(count) && count >= 0 && count < 1e15 && (i === 0 || at > values[i - 1].at)),
  )
  return sound ? series : null
}

/** Only a number as Prometheus writes it: an empty text is not zero. */
function numberOf(text: string): number {
  return /^[0-9.eE+-]+$/.test(text) ? Number(text) : Number.NaN
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Requests per backend from `from` to `to` (ms, the times of samples). */
export interface Counts {
  from: number
  to: number
  requests: Map<string, number>
}

/**
 * What was counted per backend while all of those that are counted at all were: it begins at the first sample of the last of them, because what a series counted before its first sample
 * is not known. A counter that began anew counts from zero (as `rate` of Prometheus has it). null: no backend has two samples by then. Pure.
 */
export function countsOf(series: readonly Series[], backendOf: (labels: Series['labels']) => string | null): Counts | null {
  const own = series.flatMap(({ labels, values }) => {
    const backend = backendOf(labels)
    return backend !== null && values.length > 0 ? [{ backend, values }] : []
  })
  const first = new Map<string, number>()
  for (const { backend, values } of own) first.set(backend, Math.min(first.get(backend) ?? Number.POSITIVE_INFINITY, values[0].at))
  const from = Math.max(...first.values())
  const requests = new Map<string, number>()
  let to = Number.NEGATIVE_INFINITY
  for (const { backend, values } of own) {
    const counted = values.filter(({ at }) => at >= from)
    let sum = 0
    for (let i = 1; i < counted.length; i += 1) {
      const [before, now] = [counted[i - 1].count, counted[i].count]
      sum += now >= before ? now - before : now
      to = Math.max(to, counted[i].at)
    }
    requests.set(backend, (requests.get(backend) ?? 0) + sum)
  }
  if (to === Number.NEGATIVE_INFINITY) return null
  return { from, to, requests: new Map([...requests].map(([backend, sum]) => [backend, Math.round(sum)])) }
}
