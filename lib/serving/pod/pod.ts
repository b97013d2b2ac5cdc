import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { log } from '@/lib/log'
import { CorrectedClock } from '../clock'
import type { Directory } from '../directory'
import { type ArtifactSource, digestOf } from '../fetch-artifact'
import { Flusher } from '../flusher'
import { Gateway, LIMITS } from '../gateway'
import { Spool } from '../spool'
import { Telemetry } from '../telemetry'
import { readServerAddress } from '../v2-address'
import { ServedVersion } from './served-version'
import { PodEndpoint, PodVersion, readJson, type ServeArgs } from './settings'

interface PodOptions {
  args: ServeArgs
  /** Where counts wait while web is away: it outlives the container, and ends with the pod. */
  dataDir: string
  host: string
  slipway: ArtifactSource
}

/** How long the start waits for the time before it serves without it. */
const FIRST_ANSWER_MS = 1_500
/** How often the endpoint's file is looked at. Kubernetes itself takes up to about a minute. */
const LOOK_MS = 2_000
/** Together below the 30 s that a pod is given: requests 18, the model server 5, the last flush 5. */
const DRAIN_MS = 18_000
const LAST_FLUSH_MS = 5_000

/** What serves one version in a pod: a gateway before one model server, which counts for Slipway what it answers, as a source of its own. */
export class Pod {
  readonly telemetry: Telemetry
  readonly #clock = new CorrectedClock()
  readonly #flusher: Flusher
  readonly #gateway: Gateway
  #served: ServedVersion | null = null
  #looking: NodeJS.Timeout | undefined
  #text = ''
  /** What happened to the model server last. */
  #event = ''
  #settled: { ready(): void; failed(error: Error): void } | null = null

  constructor(private readonly options: PodOptions) {
    this.telemetry = new Telemetry(this.#clock)
    this.#flusher = new Flusher(this.telemetry, new Spool(path.join(options.dataDir, 'spool'), this.telemetry.boot), options.slipway)
    const named = (model: string) => (model === options.args.name || model === this.#served?.wish.model ? this.#served : null)
    const directory: Directory = { find: (_none, model) => named(model) ?? undefined, list: () => (this.#served ? [this.#served] : []) }
    this.#gateway = new Gateway(directory, this.telemetry, this.#clock, LIMITS, { host: options.host, read: readServerAddress })
  }

  /** Resolves when it is ready. Rejects with a plain sentence when the files are wrong, or the model cannot be loaded: whoever started it tries again. */
  async start(): Promise<void> {
    const { artifact, version: versionFile, endpoint: endpointFile, port } = this.options.args
    const version = readJson(PodVersion, await readFile(versionFile, 'utf8'), versionFile)
    this.#text = await readFile(endpointFile, 'utf8')
    const endpoint = readJson(PodEndpoint, this.#text, endpointFile)
    const found = await digestOf(artifact)
    if (found !== version.digest)
      throw new Error(`The artifact's SHA-256 is ${found.slice(0, 12)}, not ${version.digest.slice(0, 12)}: it is refused.`)
    const loaded = new Promise<void>((ready, failed) => {
      this.#settled = { ready, failed }
    })
    this.#served = this.#serve(version, endpoint)
    this.#served.servers.scale(1)
    await loaded
    // Only now is it a source: one that dies without a last flush keeps slots open, and a model that cannot be loaded is tried again and again.
    await Promise.race([this.#flusher.start(), pause(FIRST_ANSWER_MS, undefined, { ref: false })])
    await this.#gateway.listen(port)
    this.#looking = setInterval(() => void this.#look(endpointFile), LOOK_MS)
  }

  /** Answers what is in flight, sends the last counts, ends the model server. */
  async stop(): Promise<void> {
    clearInterval(this.#looking)
    await this.#gateway.close(DRAIN_MS)
    await this.#served?.servers.retire()
    await this.#flusher.stop(LAST_FLUSH_MS)
  }

  get port(): number {
    const address = this.#gateway.server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  #serve(version: PodVersion, endpoint: PodEndpoint): ServedVersion {
    const { endpointId } = endpoint
    this.telemetry.countsOnly(endpointId)
    return new ServedVersion(version, endpoint, {
      artifacts: { get: () => Promise.resolve(this.options.args.artifact) },
      log: {
        write: (replica, stream, text) => {
          if (stream === 'event') this.#event = text
          log.info({ replica, stream }, text)
        },
      },
      now: () => this.#clock.now(),
      changed: () => this.#changed(),
      moved: () => this.#flusher.soon(),
      bins: (versionId, baselineId, rows) => this.telemetry.bins(endpointId, versionId, baselineId, rows),
    })
  }

  /** A model that was ready once is started again here, sooner than Kubernetes would; one that never was ends the container, which shows why. */
  #changed(): void {
    const [replica] = this.#served?.servers.observed() ?? []
    if (replica?.state === 'ready') this.#settled?.ready()
    if (replica?.state === 'backing-off') this.#settled?.failed(new Error(`The model cannot be loaded. ${this.#event}`))
  }

  /** Takes the endpoint's file when it has changed. One that cannot be read changes nothing. */
  async #look(file: string): Promise<void> {
    try {
      const text = await readFile(file, 'utf8')
      if (text === this.#text) return
      this.#text = text
      this.#served?.take(readJson(PodEndpoint, text, file))
      log.info('the endpoint has other settings')
    } catch (error) {
      log.error({ err: error }, 'the endpoint keeps its settings')
    }
  }
}
