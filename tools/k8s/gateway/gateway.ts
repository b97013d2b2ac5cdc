import type { Access } from '../api'
import { startEnvoy } from './envoy'
import type { GatewayName } from './program'
import { startTraefik } from './traefik'

/** A gateway that is none of ours, as its users run it, beside one API server. */
export interface Gateway {
  /** Its GatewayClass, and the name that its controller signs with. */
  readonly className: string
  readonly controller: string
  /** Where callers reach it, without a slash at its end. */
  readonly url: string
  /** What it tells a Prometheus that scrapes it. */
  metrics(): Promise<string>
  /** Ends it at once, as kill -9 does: nothing answers at its address until `start`. */
  kill(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts it for a Gateway of this name, on free ports of loopback; it ends with this process. Throws where its programs are not: `npm run test:clusters` gets them. */
export function startGateway(name: GatewayName, access: Access, at: { name: string; namespace: string }): Promise<Gateway> {
  return { traefik: startTraefik, envoy: startEnvoy }[name](access, at)
}
