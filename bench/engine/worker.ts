import { closeDatabase } from '@/lib/db'
import type { ApplyResult, ClusterTarget, Driver, ObserveResult } from '@/lib/drivers/driver'
import type { Wish } from '@/lib/endpoints/wish'
import { postgresClock } from '@/lib/engine/clock'
import { Engine } from '@/lib/engine/engine'
import { startLoop } from '@/lib/engine/loop'
import { Observer } from '@/lib/engine/observer'
import { listen } from '@/lib/events'
import { newId } from '@/lib/id'

/** What a worker asks of the bench, which holds the fake clusters: they outlive an engine that is killed. */
export type Ask =
  | { id: number; call: 'observe'; target: ClusterTarget }
  | { id: number; call: 'apply'; target: ClusterTarget; wish: Wish }
  | { id: 0; call: 'cpu'; microseconds: number }
export type Answer = { id: number; result: ObserveResult | ApplyResult } | { id: 0; result: null }

/** An engine as it runs in production, but for its driver, whose clusters are fake and live in the parent process. */
export function runWorker(): void {
  const waiting = new Map<number, (result: never) => void>()
  let last = 0
  const ask = <T>(question: { call: 'observe'; target: ClusterTarget } | { call: 'apply'; target: ClusterTarget; wish: Wish }) =>
    new Promise<T>((resolve) => {
      last += 1
      waiting.set(last, resolve)
      process.send?.({ id: last, ...question } satisfies Ask)
    })
  process.on('message', ({ id, result }: Answer) => {
    if (id === 0) {
      const { user, system } = process.cpuUsage()
      process.send?.({ id: 0, call: 'cpu', microseconds: user + system } satisfies Ask)
      return
    }
    waiting.get(id)?.(result as never)
    waiting.delete(id)
  })
  const unused = (): never => {
    throw new Error('The bench asks only to observe and to apply.')
  }
  const driver: Driver = {
    observe: (target) => ask<ObserveResult>({ call: 'observe', target }),
    apply: (target, wish) => ask<ApplyResult>({ call: 'apply', target, wish }),
    remove: unused,
    probe: unused,
    preview: unused,
    logs: unused,
  }
  const clusters = { driver: () => driver, sealingKey: null }
  let wake: () => void = () => undefined
  const engine = new Engine({ owner: newId(), clock: postgresClock, clusters, observer: new Observer(400), desks: new Map() }, () => wake())
  const loop = startLoop(
    () => engine.round(),
    (error) => console.error(error),
  )
  wake = () => loop.wake()
  const stopListening = listen('slipway_wake', wake)
  process.once('SIGTERM', async () => {
    await Promise.all([stopListening(), loop.stop()])
    await engine.settled()
    await closeDatabase()
    process.exit(0)
  })
}
