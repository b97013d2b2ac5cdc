import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Allow } from '@/lib/outbound/address'
import type { ClusterTarget, Unreachable } from '../driver'
import { KubeClient } from './client'
import { KubernetesConfig, type KubernetesCredential, openCredential } from './config'
import { ServingSettings } from './serving-settings'

/** A cluster that can be called. */
export interface Hand {
  name: string
  client: KubeClient
  config: KubernetesConfig
  settings: ServingSettings
}

/** Where Kubernetes mounts a pod's own service account. */
const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Calls that are under way by a client that another one follows have this long to end. */
const LEAVE_MS = 60_000
const KEPT_MAX = 1_024

const Serving = z.object({ serving: ServingSettings.prefault({}) })

export function unreachable(reason: string): Unreachable {
  return { ok: false, kind: 'unreachable', reason }
}

/** Keeps a client, and so its connections, per cluster and credential: another address, certificate or token is another client. */
export class Clients {
  /** `said`: hash of what it says who we are; a mounted token is another one before long. */
  readonly #kept = new Map<string, { client: KubeClient; said: string }>()

  constructor(
    private readonly allow: Allow,
    private readonly mount = MOUNT,
  ) {}

  async open(target: ClusterTarget): Promise<Hand | Unreachable> {
    const config = KubernetesConfig.safeParse(target.config)
    const serving = Serving.safeParse(target.config)
    if (!config.success) return unreachable(`The configuration of ${target.name} is wrong: ${z.prettifyError(config.error)}`)
    if (!serving.success) return unreachable(`The settings of ${target.name} are wrong: ${z.prettifyError(serving.error)}`)
    try {
      const credential = openCredential(config.data, target.credential)
      const client = await this.#client(target, config.data, credential)
      return { name: target.name, client, config: config.data, settings: serving.data.serving }
    } catch (error) {
      return unreachable(`${target.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async #client(target: ClusterTarget, config: KubernetesConfig, credential: KubernetesCredential): Promise<KubeClient> {
    const shown = credential === 'in-cluster' ? await this.#mounted(config) : { config, credential }
    const of = JSON.stringify([target.id, config, target.credential])
    const key = createHash('sha256').update(of).digest('hex')
    const said = createHash('sha256').update(JSON.stringify(shown)).digest('hex')
    const kept = this.#kept.get(key)
    if (kept?.said === said) return kept.client
    const client = await this.#make(shown.config, shown.credential)
    // Another call may have been first.
    const now = this.#kept.get(key)
    if (now?.said === said) return now.client
    if (now) leave(now.client)
    this.#kept.delete(key)
    for (const [oldest, { client: old }] of this.#kept) {
      if (this.#kept.size < KEPT_MAX) break
      leave(old)
      this.#kept.delete(oldest)
    }
    this.#kept.set(key, { client, said })
    return client
  }

  async #make(config: KubernetesConfig, credential: Exclude<KubernetesCredential, 'in-cluster'>): Promise<KubeClient> {
    return new KubeClient(await import('@kubernetes/client-node'), config, credential, this.allow)
  }

  /** As the pod that the engine runs in. The mounted certificate counts only where none was given. */
  async #mounted(config: KubernetesConfig): Promise<{ config: KubernetesConfig; credential: Exclude<KubernetesCredential, 'in-cluster'> }> {
    const mounted = await this.#read('token').catch(() => null)
    if (mounted === null)
      throw new Error(
        `this engine runs in no pod of the cluster: there is no service account at ${this.mount}. Give a token or a client certificate.`,
      )
    const ca = config.ca ?? (await this.#read('ca.crt'))
    return { config: { ...config, ca }, credential: { token: mounted.trim() } }
  }

  #read(file: string): Promise<string> {
    return readFile(`${this.mount}/${file}`, 'utf8')
  }
}

function leave(client: KubeClient): void {
  setTimeout(() => client.close(), LEAVE_MS).unref()
}
