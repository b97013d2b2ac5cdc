import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type FakeCluster, fakeDriver } from '@/lib/drivers/fake'
import type { Answer, Ask } from './worker'

const NEVER = new AbortController().signal

/** One engine process; its questions are answered from the fake clusters here. */
export class EngineProcess {
  readonly #child: ChildProcess
  #cpu: ((microseconds: number) => void) | undefined

  private constructor(fakes: Map<string, FakeCluster>, databaseUrl: string) {
    const { PATH } = process.env
    const env = { PATH, DATABASE_URL: databaseUrl, NODE_ENV: 'production' as const, SLIPWAY_LOG_LEVEL: 'error' }
    this.#child = fork(fileURLToPath(import.meta.url), ['worker'], { env, serialization: 'advanced', execArgv: [] })
    const driver = fakeDriver(fakes)
    this.#child.on('message', async (ask: Ask) => {
      if (ask.call === 'cpu') {
        this.#cpu?.(ask.microseconds)
        return
      }
      const result = ask.call === 'observe' ? await driver.observe(ask.target, NEVER) : await driver.apply(ask.target, ask.wish, NEVER)
      if (this.#child.connected) this.#child.send({ id: ask.id, result } satisfies Answer)
    })
  }

  static start(fakes: Map<string, FakeCluster>, databaseUrl: string): EngineProcess {
    return new EngineProcess(fakes, databaseUrl)
  }

  /** CPU seconds that it has used so far. */
  cpuSeconds(): Promise<number> {
    return new Promise((resolve) => {
      this.#cpu = (microseconds) => resolve(microseconds / 1e6)
      this.#child.send({ id: 0, result: null } satisfies Answer)
    })
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill(signal)
    await gone
  }
}
