import { type Api, ApiRefusal } from './api'
import { type Fate, type Moment, momentOf, type Pod, statusOf, warningOf } from './fate'
import { bind, tell } from './pod-acts'

const RETRY_MS = 200
let addresses = 0

/** What a tended pod needs of its kubelet. */
export interface Keeper {
  api: Api
  node: string
  ended(): boolean
  /** The API server refused what a kubelet may do. */
  fault(error: ApiRefusal): void
}

/** A pod in a kubelet's hands. */
export interface Tended {
  readonly pod: Pod
  /** It was seen as this. */
  saw(pod: Pod): void
  /** Its fate changes, from now on; what runs for real has none but its own. */
  turn?(fate: Fate): void
  /** It is gone, or the kubelet ends. */
  forget(): Promise<void> | void
}

/** An address of nowhere: the API server takes no loopback. Another one for each pod. */
export function nextAddress(): string {
  addresses += 1
  return `10.244.${(addresses >> 8) & 255}.${addresses & 255}`
}

/** One pod on the node of the tests: bound, reported as its fate tells, and let go when it is deleted. */
export class TendedPod implements Tended {
  readonly #keeper: Keeper
  #pod: Pod
  #fate: Fate
  #since = performance.now()
  #podIP = ''
  #reported = ''
  #timer: NodeJS.Timeout | undefined
  #busy = false
  #again = false

  constructor(keeper: Keeper, pod: Pod, fate: Fate) {
    this.#keeper = keeper
    this.#pod = pod
    this.#fate = fate
  }

  get pod(): Pod {
    return this.#pod
  }

  saw(pod: Pod): void {
    this.#pod = pod
    void this.#tend()
  }

  turn(fate: Fate): void {
    this.#fate = fate
    this.#since = performance.now()
    void this.#tend()
  }

  forget(): void {
    clearTimeout(this.#timer)
  }

  /** One call at a time; what changes meanwhile is looked at again. */
  async #tend(): Promise<void> {
    if (this.#busy) {
      this.#again = true
      return
    }
    this.#busy = true
    do {
      this.#again = false
      await this.#act().catch((error) => this.#failed(error))
    } while (this.#again && !this.#keeper.ended())
    this.#busy = false
  }

  #failed(error: Error): void {
    if (this.#keeper.ended()) return
    if (!(error instanceof ApiRefusal) || error.status >= 500 || error.status === 429) {
      this.#wake(RETRY_MS)
      return
    }
    // It changed, went away, or its namespace does: its next event tells.
    const gone = error.status === 404 || error.status === 409 || error.message.includes('is being terminated')
    if (!gone) this.#keeper.fault(error)
  }

  #wake(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#tend(), ms)
  }

  async #act(): Promise<void> {
    const { name, namespace, deletionTimestamp } = this.#pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    const { api } = this.#keeper
    if (deletionTimestamp) {
      await api.send('DELETE', `${path}?gracePeriodSeconds=0`)
      return
    }
    await bind(this.#keeper, this.#pod)
    const elapsed = performance.now() - this.#since
    const moment = momentOf(this.#fate, elapsed)
    if (moment.untilMs !== null) this.#wake(Math.max(1, moment.untilMs - elapsed))
    const report = `${moment.state} ${moment.restarts}`
    if (this.#reported === report) return
    this.#podIP ||= nextAddress()
    const status = statusOf(this.#pod, moment, { at: new Date().toISOString(), podIP: this.#podIP })
    await api.send('PATCH', `${path}/status`, { status }, 'application/strategic-merge-patch+json')
    this.#reported = report
    await this.#warn(moment)
  }

  async #warn({ state }: Moment): Promise<void> {
    const warning = warningOf(state)
    if (warning) await tell(this.#keeper, this.#pod, { type: 'Warning', ...warning })
  }
}
