import type { Allow } from '@/lib/outbound/address'
import { reasonOf, textOf } from '@/lib/outbound/answer'
import { guardedDownload } from '@/lib/outbound/guard'
import { PRESETS, type PresetName } from './presets'
import { type Asked, isKnown, ownersOf, podsQuestion, questions, serviceOf } from './question'
import { type Counts, countsOf, readMatrix, type Series } from './samples'

/** A Prometheus that is asked, and what it is shown. */
export interface Prometheus {
  preset: PresetName
  address: string
  token: string | null
  allow: Allow
}

/** Requests per Service, or why there is no number, in words. `soon`: there will be one when more was scraped. */
export type Answer = ({ ok: true } & Counts) | { ok: false; reason: string; soon: boolean }

const ANSWER_MS = 5_000
const ANSWER_BYTES = 4_000_000
const LATE = `its Prometheus did not answer within ${ANSWER_MS / 1_000} s.`

/** Thrown for an answer that is not used; the message is a plain sentence. */
class Unusable extends Error {}

/**
 * Asks what a gateway counted per Service from `from` to `to` (ms): the samples themselves, so that it is known from when on all of them were counted. Never throws: whatever is wrong, late,
 * long or not what Prometheus documents is a reason, never a number.
 */
export async function askPrometheus(prometheus: Prometheus, asked: Asked, span: { from: number; to: number }): Promise<Answer> {
  const preset = PRESETS[prometheus.preset]
  const seconds = Math.floor((span.to - span.from) / 1_000)
  const fail = (reason: string, soon = false): Answer => ({ ok: false, reason, soon })
  try {
    const ask = (query: string) => samples(prometheus, query, span.to)
    const wherePods = podsQuestion(preset, asked, seconds)
    const [pods, ...answers] = await Promise.all([wherePods ? ask(wherePods) : [], ...questions(preset, asked, seconds).map(ask)])
    const owners = ownersOf(pods, asked)
    const series = answers.flat().map((each) => ({ ...each, values: each.values.filter(({ at }) => at >= span.from && at <= span.to) }))
    if (series.length === 0) return fail(`its Prometheus has no ${preset.metric} of these Services. It takes ${preset.needs}`)
    if (!series.every(({ labels }) => isKnown(preset, labels, owners)))
      return fail(`its Prometheus counts addresses of which kube_pod_info does not say whose they were. It takes ${preset.needs}`)
    const counts = countsOf(series, (labels) => serviceOf(preset, asked, labels, owners))
    return counts ? { ok: true, ...counts } : fail('its Prometheus has less than two samples since the weights are new.', true)
  } catch (error) {
    return fail(error instanceof Unusable ? error.message : reasonOf(error, LATE, (cause) => `its Prometheus gave no answer (${cause}).`))
  }
}

async function samples({ address, token, allow }: Prometheus, query: string, at: number): Promise<Series[]> {
  const url = `${address}/api/v1/query?${new URLSearchParams({ query, time: (at / 1_000).toFixed(3) })}`
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': 'Slipway',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  }
  const { status, body } = await guardedDownload(url, { headers, allow, signal: AbortSignal.timeout(ANSWER_MS) })
  // Nothing of such an answer is quoted: it may hold what was sent.
  if (status !== 200) {
    body.destroy()
    throw new Unusable(`its Prometheus answered ${status}.`)
  }
  const { text, whole } = await textOf(body, ANSWER_BYTES)
  if (!whole) throw new Unusable(`its Prometheus answered more than ${ANSWER_BYTES / 1_000_000} MB.`)
  const series = readMatrix(text)
  if (!series) throw new Unusable('its Prometheus answered something that is no answer of Prometheus.')
  return series
}
