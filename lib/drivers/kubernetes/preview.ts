import type { Wish } from '@/lib/endpoints/wish'
import { wishChanges } from '@/lib/endpoints/wish-changes'
import type { Change, PreviewResult } from '../driver'
import { changedFields } from './changed-fields'
import { type Hand, unreachable } from './clients'
import { wrongMirror } from './gateways'
import { asWorkload } from './kserve/render'
import { isDrifted, recordOf } from './observed'
import { needsOf, readQuotas, shortages } from './quota'
import { type Held, readEndpoint } from './read'
import { type EndpointRecord, hashOf } from './record'
import { wrongHere } from './render/render'
import { servingOf } from './serving-settings'
import { takeOverWords } from './take-over'
import { type Tried, tryWish } from './try-wish'
import { otherWriters } from './writers'

/** What would change: in words, and object by object as the API server itself says when it is asked to only try. Writes nothing. */
export async function previewWish(hand: Hand, wish: Wish, signal: AbortSignal): Promise<PreviewResult> {
  const held = await readEndpoint(hand, wish.endpointId, signal)
  if (!held.ok) return unreachable(`${hand.name}: ${held.reason}`)
  const record = held.value.route && recordOf(held.value.route)
  const words = wishChanges(presentOf(record, wish), wish)
  const serving = servingOf(hand.config, hand.settings)
  if (typeof serving === 'string') return { ok: true, changes: [...words, refused(serving)] }
  const wrong = wrongHere(wish, serving) ?? (await wrongMirror(hand, wish, record, signal))
  if (wrong) return { ok: true, changes: [...words, refused(wrong)] }
  const { objects, tried, ended } = await tryWish(hand, held.value, record, wish, serving, signal)
  const quotas = await readQuotas(hand, signal)
  // Where quotas may not be read, Kubernetes itself says later that a pod may not be made.
  const short = quotas.ok ? shortages(quotas.value, needsOf(objects.map(asWorkload), held.value.pods)) : []
  const standing = [...driftWords(held.value, record), ...writerWords(hand, tried, held.value)]
  const changes = [...words, ...[...standing, ...short].map(refused), ...tried.flatMap(triedWords), ...ended.map(endedWords)]
  return { ok: true, changes: changes.length > 0 ? changes : [{ kind: 'none', text: 'Nothing would change.' }] }
}

function presentOf(record: EndpointRecord | null, wish: Wish) {
  return {
    arms: record?.held.arms ?? [],
    sameKeys: (record?.held.keys ?? hashOf([])) === hashOf(wish.keys),
    sameMirror: hashOf(record?.held.mirror ?? null) === hashOf(wish.mirror ?? null),
  }
}

function driftWords({ route }: Held, record: EndpointRecord | null): string[] {
  if (!route || !record || !isDrifted(route, record)) return []
  return [
    `Another hand changed the rules of HTTPRoute ${route.metadata.name}: nothing is written over them until a person keeps theirs or restores ours.`,
  ]
}

const RUNS = new Set(['Deployment', 'InferenceService'])

/** Other tools that write to the route or to what runs a version, and how to take it over from each. */
function writerWords({ config }: Hand, tried: readonly Tried[], { route }: Held): string[] {
  const runs = tried.filter(({ object, before }) => RUNS.has(object.kind) && before !== null)
  const there = [
    ...(route ? [{ named: { kind: 'HTTPRoute', metadata: route.metadata }, object: route as unknown }] : []),
    ...runs.map(({ object, before }) => ({ named: object, object: before })),
  ]
  return there.flatMap(({ named, object }) => otherWriters(object).map((tool) => takeOverWords(tool, named, config.namespace)))
}

function triedWords({ object: { kind, metadata }, before, answer }: Tried): Change[] {
  if (!answer.ok) return [refused(`${kind} ${metadata.name}: ${answer.reason}`)]
  // An object that would be new has no version yet.
  if (!answer.value.metadata?.resourceVersion) return [{ kind: 'object', text: `Make ${kind} ${metadata.name}.` }]
  // Of the others nothing is read: that the keys are others, or the bins, is said in words.
  const fields = before === null ? [] : changedFields(before, answer.value)
  return fields.length > 0 ? [{ kind: 'object', text: `Change ${kind} ${metadata.name}: ${fields.join('; ')}.` }] : []
}

function endedWords({ kind, metadata }: { kind: string; metadata: { name: string } }): Change {
  return { kind: 'object', text: `Remove ${kind} ${metadata.name}.` }
}

function refused(text: string): Change {
  return { kind: 'refused', text }
}
