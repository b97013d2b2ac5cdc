import { channel } from 'node:diagnostics_channel'
import { db } from '@/lib/db'
import { kubernetesDriver } from '@/lib/drivers/kubernetes/driver'
import { type Claim, claimDue } from '@/lib/engine/claim'
import { postgresClock } from '@/lib/engine/clock'
import { Engine } from '@/lib/engine/engine'
import { startLoop } from '@/lib/engine/loop'
import { Observer } from '@/lib/engine/observer'
import { type EnginePorts, runTurn } from '@/lib/engine/turn'
import { listen } from '@/lib/events'
import { newId } from '@/lib/id'

/** As in production: one look at a cluster serves all of its endpoints for so long, ms. */
const OBSERVED_MS = 400
/** Due before all else. */
const FIRST = new Date(0)

const driver = kubernetesDriver({ loopback: true, private: true })

function portsOf(sealingKey: string, observedMs: number): EnginePorts {
  const clusters = { driver: () => driver, sealingKey }
  return { owner: newId(), clock: postgresClock, clusters, observer: new Observer(observedMs), desks: new Map() }
}

/** An engine's turns as in production. `onTurn`: an endpoint's turn has ended, so many ms after it was claimed. */
export async function engineWhile<T>(
  sealingKey: string,
  onTurn: (endpointId: string, ms: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let wake: () => void = () => undefined
  const onEffect = (effect: string, { endpointId, atMs }: Claim) => {
    if (effect === 'released') onTurn(endpointId, Date.now() - atMs)
  }
  const engine = new Engine({ ...portsOf(sealingKey, OBSERVED_MS), onEffect }, () => wake())
  const loop = startLoop(
    () => engine.round(),
    (error) => console.error(error),
  )
  wake = () => loop.wake()
  const stopListening = listen('slipway_wake', wake)
  try {
    return await work()
  } finally {
    await Promise.all([stopListening(), loop.stop()])
    await engine.settled()
  }
}

/** One turn and what it asked of API servers. */
export interface Turn {
  ms: number
  calls: number
  /** Calls that were not only to read. */
  writes: number
}

/** Turns one after another, each with a look of its own at its cluster. */
export async function turnsOf(sealingKey: string, endpoints: readonly { id: string }[]): Promise<Turn[]> {
  const ports = portsOf(sealingKey, 0)
  const asked: string[] = []
  const note = (message: unknown) => asked.push((message as { request: { method: string } }).request.method)
  const requests = channel('http.client.request.start')
  requests.subscribe(note)
  const turns: Turn[] = []
  for (const { id } of endpoints) {
    await db().endpoint.update({ where: { id }, data: { wakeAt: FIRST } })
    asked.length = 0
    const since = performance.now()
    const [claim] = await claimDue(db(), ports.owner, await ports.clock.now(), 1)
    if (claim?.endpointId !== id) throw new Error('Another endpoint was due before.')
    await runTurn(ports, claim)
    turns.push({ ms: performance.now() - since, calls: asked.length, writes: asked.filter((method) => method !== 'GET').length })
  }
  requests.unsubscribe(note)
  return turns
}
