import { z } from 'zod'

export const FindAnything = z.object({ q: z.string().default('') })

/** One thing that the palette can lead to. */
export interface Found {
  kind: 'model' | 'environment' | 'endpoint' | 'rollout'
  id: string
  label: string
  /** A few words beside it: its state, its place. */
  note: string
  href: string
}
