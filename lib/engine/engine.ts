import { db } from '@/lib/db'
import { log } from '@/lib/log'
import { claimDue } from './claim'
import { type EnginePorts, runTurn } from './turn'

/** Endpoints that one engine holds at a time. */
const CLAIMS_MAX = 32

/** Claims due endpoints and runs their turns side by side, so that a slow cluster holds up nobody else. */
export class Engine {
  readonly #running = new Set<Promise<void>>()

  constructor(
    private readonly ports: EnginePorts,
    private readonly onIdle: () => void = () => undefined,
  ) {}

  /** One round: takes what is due, starts its turns and does not wait for them. True when there may be more to take. */
  async round(): Promise<boolean> {
    const free = CLAIMS_MAX - this.#running.size
    if (free <= 0) return false
    const claims = await claimDue(db(), this.ports.owner, await this.ports.clock.now(), free)
    for (const claim of claims) {
      const turn = runTurn(this.ports, claim)
        // The lease ends by itself, and whoever claims next begins from what is stored.
        .catch((error) => log.error({ err: error, endpoint: claim.endpointId }, 'turn failed'))
        .finally(() => {
          this.#running.delete(turn)
          this.onIdle()
        })
      this.#running.add(turn)
    }
    return claims.length === free
  }

  /** Resolves when the turns that run now have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }
}
