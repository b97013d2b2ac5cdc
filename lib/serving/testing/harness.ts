import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Wish } from '@/lib/endpoints/wish'
import { freePort } from '@/scripts/free-port.mjs'
import { CorrectedClock } from '../clock'
import { Cluster } from '../cluster'
import type { GatewayLimits } from '../gateway'
import { until } from './until'
import { TestWeb } from './web'

/** A cluster inside the test's process, with real model servers and a web of the test's own. */
export class Harness {
  readonly web = new TestWeb()
  readonly dataDir = mkdtempSync(path.join(os.tmpdir(), 'slipway-harness-'))
  readonly digests = { live: '', better: '', slow: '' }
  cluster!: Cluster
  url = ''

  static async open(options: { limits?: GatewayLimits; clock?: CorrectedClock; prepare?(web: TestWeb): void } = {}): Promise<Harness> {
    const it = new Harness()
    for (const name of ['live', 'better', 'slow'] as const) it.digests[name] = it.web.publish(`examples/flights/${name}.onnx`)
    options.prepare?.(it.web)
    const webUrl = await it.web.open()
    const gatewayPort = await freePort()
    const named = { name: 'cloud', gatewayPort, adminToken: 'admin-token-of-tests', identityToken: it.web.identityToken }
    it.cluster = new Cluster(named, {
      dataDir: it.dataDir,
      url: webUrl,
      version: 'test',
      limits: options.limits,
      clock: options.clock ?? new CorrectedClock(),
    })
    await it.cluster.start()
    it.url = `http://127.0.0.1:${gatewayPort}`
    return it
  }

  /** Applies a wish and waits until it is routed by. */
  async apply(wish: Wish): Promise<Wish> {
    const decision = await this.cluster.apply(wish)
    if (decision.kind !== 'applied') throw new Error(JSON.stringify(decision))
    await until(() => this.observed(wish).generation === wish.generation)
    return wish
  }

  /** Process ids of an endpoint's running model servers, by replica, as its log tells. */
  processes(wish: Wish): Map<string, number> {
    const running = new Map<string, number>()
    for (const { replica, text } of this.cluster.logs(wish.endpointId, 5_000) ?? []) {
      const pid = /^Started as process (\d+)/.exec(text)?.[1]
      if (pid) running.set(replica, Number(pid))
      if (text.startsWith('Ended')) running.delete(replica)
    }
    return running
  }

  observed(wish: Wish) {
    const seen = this.cluster.observe().find((endpoint) => endpoint.endpointId === wish.endpointId)
    if (!seen) throw new Error('The cluster does not know this endpoint.')
    return seen
  }

  infer(wish: Wish, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/${wish.environment}/v2/models/${wish.model}/infer`, { method: 'POST', body, headers })
  }

  async close(): Promise<void> {
    await this.cluster.stop()
    await this.web.close()
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}
