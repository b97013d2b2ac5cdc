import type { Hand } from './clients'
import { readEvents } from './events'

/** What keeps the containers of a pod from being made: its status does not say. */
const KINDS = ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox']
const WORDS_MAX = 500

/** Why containers of pods cannot be made, by the pods' names, as Kubernetes last said in an event; null: the events could not be read. */
export async function readHoldUps(hand: Hand, signal: AbortSignal): Promise<Map<string, string> | null> {
  // Each kind by itself: other warnings of a busy namespace are thousands.
  const answers = await Promise.all(KINDS.map((kind) => readEvents(hand, `type=Warning,involvedObject.kind=Pod,reason=${kind}`, signal)))
  const told = answers.flatMap((answer) => (answer.ok ? answer.value : []))
  if (answers.some((answer) => !answer.ok)) return null
  return new Map(told.sort((a, b) => a.at - b.at).map(({ of, text }) => [of, text.slice(0, WORDS_MAX)]))
}
