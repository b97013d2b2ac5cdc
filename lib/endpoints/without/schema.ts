import type { BoxCommand } from './box'

/** What the box "Without Slipway" shows. */
export interface WithoutSlipway {
  /** Works with web and database down, for every version that was promoted there. */
  rescue: string
  commands: BoxCommand[]
}
