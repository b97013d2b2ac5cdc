import { z } from 'zod'
import type { Wish, WishArm } from '../wish'
import { kubectlText } from './kubectl'

/** `name`: where the cluster calls itself otherwise than we do. Nothing in it may mean something to a shell. */
const Local = z.object({
  adminUrl: z.url({ protocol: /^https?$/ }),
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
})

/** A cluster as the box needs it. `promoted`: the versions that were promoted on this endpoint before. */
interface BoxCluster {
  cluster: string
  driver: string
  config: unknown
  wish: Wish | null
  promoted: ReadonlySet<string>
}

/** How to return an endpoint on one cluster without Slipway. `code` null: there is nothing to go back to by it, `says` why. */
export interface BoxCommand {
  cluster: string
  to: number | null
  code: string | null
  says: string
}

/** The version that this cluster can go back to at once: the live one while another has traffic, else one that is kept warm and was promoted here before. */
function loadedBefore(wish: Wish | null, promoted: ReadonlySet<string>): WishArm | null {
  const live = wish?.arms.find((arm) => arm.role === 'live')
  const other = wish?.arms.find((arm) => arm.role === 'candidate')
  if (other && other.weight > 0) return live ?? null
  return other && other.replicas > 0 && promoted.has(other.versionId) ? other : null
}

/** The exact text that returns the endpoint on a cluster by hand. It reads a token where it lies; the token itself is never in it. */
export function commandOf(endpointId: string, { cluster, driver, config, wish, promoted }: BoxCluster): BoxCommand {
  const arm = loadedBefore(wish, promoted)
  if (!wish || !arm)
    return { cluster, to: null, code: null, says: 'No earlier version is loaded here: use the rescue above, which can start one.' }
  const to = arm.number
  const text = driver === 'kubernetes' ? kubectlText(cluster, config, wish, arm) : localText(endpointId, cluster, config, to)
  return { cluster, to, ...(text ?? { code: null, says: 'The address of this cluster is not readable here: use the rescue above.' }) }
}

function localText(endpointId: string, cluster: string, config: unknown, to: number): { code: string; says: string } | null {
  const local = Local.safeParse(config)
  if (!local.success) return null
  const name = local.data.name ?? cluster
  const url = new URL(`/v1/clusters/${encodeURIComponent(name)}/endpoints/${endpointId}/return`, local.data.adminUrl)
  return {
    code: [
      `TOKEN=$(node -p "JSON.parse(require('fs').readFileSync((process.env.SLIPWAY_DATA_DIR || '.slipway') + '/keys.json')).clusters['${name}'].admin")`,
      `curl -sS --fail-with-body -X POST ${url} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"version":${to}}'`,
    ].join('\n'),
    says: `Run it on the host of ${cluster}, in the folder of Slipway. The token lies in keys.json of the data folder; for a cluster that was added by hand it is the admin token that was entered then.`,
  }
}
