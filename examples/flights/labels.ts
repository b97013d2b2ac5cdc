import type { Api } from './api'

/** Labels come this long after their prediction, in ms, at random. */
export const LABEL_DELAY_MS = { min: 10_000, max: 40_000 }
/** Labels that wait while web is away; beyond this the oldest are dropped. */
const WAITING_MAX = 200_000
const BATCH = 2_000

interface Label {
  due: number
  requestId: string
  value: number
}

/** Sends every true outcome 10 to 40 s after its prediction. What web does not take is kept and sent again: an outcome counts once however often it is sent. */
export function startLabels(api: Api): { add(requestId: string, value: number): void; stop(): void } {
  let waiting: Label[] = []
  let sending = false
  const flush = async () => {
    if (sending) return
    sending = true
    const now = Date.now()
    const due = waiting.filter((label) => label.due <= now).slice(0, BATCH)
    if (due.length > 0) {
      const answer = await api.post('/api/v1/outcomes', { outcomes: due.map(({ requestId, value }) => ({ requestId, value })) })
      if (answer.ok || answer.status === 422) {
        const sent = new Set(due)
        waiting = waiting.filter((label) => !sent.has(label))
      }
    }
    if (waiting.length > WAITING_MAX) waiting = waiting.slice(-WAITING_MAX)
    sending = false
  }
  const timer = setInterval(() => void flush(), 500)
  return {
    add(requestId, value) {
      waiting.push({ due: Date.now() + LABEL_DELAY_MS.min + Math.random() * (LABEL_DELAY_MS.max - LABEL_DELAY_MS.min), requestId, value })
    },
    stop: () => clearInterval(timer),
  }
}
