import type { Endpoint } from './endpoint'

/** Which endpoints a gateway serves. */
export interface Directory {
  find(environment: string, model: string): Endpoint | undefined
  list(environment: string): Endpoint[]
}
