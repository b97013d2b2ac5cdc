import { z } from 'zod'
import type { Wish } from '../wish'

/** `name`: where the cluster calls itself otherwise than we do. Nothing in it may mean something to a shell. */
const Local = z.object({
  adminUrl: z.url({ protocol: /^https?$/ }),
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
})

/** A cluster as the box needs it. */
export interface BoxCluster {
  cluster: string
  driver: string
  config: unknown
  wish: Wish | null
}

/** How to return an endpoint on one cluster without Slipway. `code` null: nothing else is loaded there, `says` why. */
export interface BoxCommand {
  cluster: string
  to: number | null
  code: string | null
  says: string
}

/** The version that this cluster can go back to at once: the live one while another has traffic, else the one that is kept warm. */
export function loadedBefore(wish: Wish | null): number | null {
  const live = wish?.arms.find((arm) => arm.role === 'live')
  const other = wish?.arms.find((arm) => arm.role === 'candidate')
  return (other && other.weight > 0 ? live : other)?.number ?? null
}

/** The exact text that returns the endpoint on a cluster by hand. It reads the token where it lies; the token itself is never in it. */
export function commandOf(endpointId: string, { cluster, driver, config, wish }: BoxCluster): BoxCommand {
  const to = loadedBefore(wish)
  const none = { cluster, to, code: null }
  if (driver !== 'local') return { ...none, says: 'There is no text for this kind of cluster yet: use the rescue above.' }
  const local = Local.safeParse(config)
  if (!local.success) return { ...none, says: 'The address of this cluster is not readable here.' }
  if (to === null) return { ...none, says: 'No other version is loaded here: use the rescue above, which can start an earlier one.' }
  const name = local.data.name ?? cluster
  const url = new URL(`/v1/clusters/${encodeURIComponent(name)}/endpoints/${endpointId}/return`, local.data.adminUrl)
  return {
    cluster,
    to,
    code: [
      `TOKEN=$(node -p "JSON.parse(require('fs').readFileSync((process.env.SLIPWAY_DATA_DIR || '.slipway') + '/keys.json')).clusters['${name}'].admin")`,
      `curl -sS --fail-with-body -X POST ${url} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"version":${to}}'`,
    ].join('\n'),
    says: `Run it on the host of ${cluster}, in the folder of Slipway. The token lies in keys.json of the data folder; for a cluster that was added by hand it is the admin token that was entered then.`,
  }
}
