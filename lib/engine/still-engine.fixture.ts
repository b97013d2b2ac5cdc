import { vi } from 'vitest'
import { Engine } from './engine'
import type { Effect } from './turn'
import type { World } from './world.fixture'

/** An engine that stands still after an effect until it is let go. `endpointId`: in the turns of this endpoint only. */
export function stillEngine(world: World, effect: Effect, endpointId?: string) {
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let stands = false
  const ports = world.ports({
    async onEffect(seen, claim) {
      if (seen !== effect || (endpointId !== undefined && claim.endpointId !== endpointId)) return
      stands = true
      await gate
    },
  })
  return { engine: new Engine(ports), letGo, stands: () => vi.waitUntil(() => stands, { timeout: 60_000, interval: 10 }) }
}
