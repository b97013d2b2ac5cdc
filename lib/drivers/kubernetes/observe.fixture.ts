import { createHash } from 'node:crypto'
import type { Hand } from './clients'
import { heldAfter } from './held.fixture'
import { ListText, pageOf } from './list-text'
import { observeAll } from './observe'
import { endpointName } from './render/names'
import { armOf, wishOf } from './render/wish.fixture'
import { leadsHash } from './service-hand'
import { ServingSettings } from './serving-settings'

export const wish = wishOf({ fence: 3 })
export const split = wishOf({ fence: 3, generation: 2, arms: [armOf(1, { weight: 9_500 }), armOf(2, { weight: 500 })] })

export interface Objects {
  httproutes: object[]
  deployments: object[]
  pods: object[]
  services: object[]
}

/** What a namespace holds after these wishes. With whatever changes an object gets another version; `version`: all have this one, as they may where an API server was restored from a backup. */
export function namespaceAfter(
  wishes: (typeof wish)[],
  change: (held: ReturnType<typeof heldAfter>) => void = () => undefined,
  version?: string,
): Objects {
  const held = structuredClone(heldAfter(wishes))
  change(held)
  const stored = <T extends { metadata: { labels?: object } }>(object: T) => {
    const labels = { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'slipway', 'slipway.dev/endpoint': wish.endpointId }
    const { name } = object.metadata as { name?: string }
    const resourceVersion = version ?? createHash('sha256').update(JSON.stringify(object)).digest('hex')
    return { ...object, metadata: { ...object.metadata, labels, uid: name ?? 'u', resourceVersion } }
  }
  const names = [endpointName(held.record), ...held.record.held.arms.map(({ name }) => name)]
  const services = names.map((name) => stored(serviceOf(name)))
  return { httproutes: [stored(held.route)], deployments: held.deployments.map(stored), pods: held.pods.map(stored), services }
}

/** A Service that leads where it was written to. */
export function serviceOf(name: string) {
  const spec = { selector: { of: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }
  return { metadata: { name, labels: {}, annotations: { 'slipway.dev/leads': leadsHash(spec) } }, spec: { ...spec, clusterIP: '10.0.0.7' } }
}

/** A cluster whose API server answers by what it holds now; each answer at a version of its own, as theirs are. */
export class Cluster {
  holds: Objects = { httproutes: [], deployments: [], pods: [], services: [] }
  /** What was asked for, in order. */
  readonly asked: string[] = []
  /** Of these the lists that were asked for whole. */
  readonly whole: string[] = []
  /** The API server does not tell metadata alone. */
  failsMetadata = false
  usage: object[] = []
  events: { type: string; reason: string; involvedObject: { kind: string; name: string } }[] = []
  /** The list that the API server does not answer now. */
  fails = ''
  #version = 0
  #stalled: { list: string; until: Promise<void> } | null = null
  #hand: Hand

  constructor(private readonly slipwayUrl = 'https://slipway.example.org') {
    this.#hand = this.#newHand()
  }

  /** The next answer of a list is on its way, as it is now, until it is released. */
  stall(list: string): () => void {
    let release: () => void = () => undefined
    this.#stalled = { list, until: new Promise((resolve) => (release = resolve)) }
    return release
  }

  /** As an engine that has looked before, or (`fresh`) one that never has. */
  async look(fresh = false) {
    const seen = await observeAll(fresh ? this.#newHand() : this.#hand, AbortSignal.timeout(10_000))
    if (!seen.ok) throw new Error(seen.reason)
    return seen
  }

  async replicas() {
    return (await this.look()).endpoints.get(wish.endpointId)?.arms[0].replicas
  }

  /** As an API server selects: `type=Warning,reason=...`. */
  #eventsBy(fields: string) {
    this.asked.push('events')
    if (this.fails === 'events') return { ok: false, kind: 'failed', reason: 'Too many requests.' }
    const asked = new URLSearchParams(fields.replaceAll(',', '&'))
    const value = this.events.filter(
      ({ type, reason, involvedObject: { kind } }) =>
        type === asked.get('type') && reason === asked.get('reason') && kind === asked.get('involvedObject.kind'),
    )
    return { ok: true, value }
  }

  #newHand(): Hand {
    const lists = async (path: string, told: (object: object) => object) => {
      this.#version += 1
      const list = path.split('/').at(-1) ?? ''
      this.asked.push(list)
      const items = this.holds[list as keyof Objects]
      const stalled = this.#stalled
      if (stalled?.list === list) {
        this.#stalled = null
        await stalled.until
      }
      if (list === this.fails) return { ok: false, kind: 'failed', reason: 'Too many requests.' }
      const page = pageOf(
        Buffer.from(JSON.stringify({ kind: 'List', metadata: { resourceVersion: `${this.#version}` }, items: items.map(told) })),
      )
      return page.ok ? { ok: true, value: new ListText([page.value]) } : page
    }
    const listText = (path: string) => {
      this.whole.push(path.split('/').at(-1) ?? '')
      return lists(path, (object) => object)
    }
    const listMetadata = async (path: string) => {
      if (this.failsMetadata) this.asked.push('metadata')
      if (this.failsMetadata) return { ok: false, kind: 'failed', reason: 'Not acceptable.' }
      return lists(path, ({ metadata }: { metadata?: object }) => ({ metadata }))
    }
    const list = async (path: string, _labels: string, _signal: AbortSignal, fields = '') => {
      if (path.endsWith('/events')) return this.#eventsBy(fields)
      this.asked.push('metrics')
      return { ok: true, value: this.usage }
    }
    const client = { namespace: 'models', listText, listMetadata, list }
    const config = {
      mode: 'gateway',
      slipwayUrl: this.slipwayUrl,
      modelServerImage: `registry.example.org/slipway@sha256:${'a'.repeat(64)}`,
    }
    return { name: 'on-prem', client, config, settings: ServingSettings.parse({}) } as unknown as Hand
  }
}
