import { randomBytes } from 'node:crypto'
import { db } from '@/lib/db'
import { bindCredential, KubernetesConfig } from '@/lib/drivers/kubernetes/config'
import { Gate, Pace, Policy } from '@/lib/rollouts/schema'
import { seal } from '@/lib/seal'
import type { Access } from '@/tools/k8s/api'
import { type Placed, registerEndpoints, registerSite, registerTeam, type Site } from '../registered'

/** A canary that stays at its first step, half of the traffic, until a person returns it. */
const PACE = Pace.parse({ burnIn: 0, minDwell: 86_400, maxDwell: 7 * 86_400, noDataAfter: 3_600 })
const POLICY = Policy.parse({ approvals: 0, alias: null, steps: [5_000, 10_000], gates: [Gate.parse({ metric: 'errors' })], pace: PACE })

/** A cluster, its environment, and the endpoints there. */
export interface Peopled extends Site {
  endpoints: Placed[]
}

/** Clusters as people would have registered them: each a namespace of one API server, with a sealed token. */
export class World {
  readonly sealingKey = randomBytes(32).toString('base64url')
  #teamId: string | undefined

  /** A cluster reached at `port` of this machine, with so many endpoints. */
  async add(access: Access, port: number, namespace: string, endpoints: number): Promise<Peopled> {
    this.#teamId ??= await registerTeam()
    const config = KubernetesConfig.parse({
      server: `https://127.0.0.1:${port}`,
      ca: access.ca,
      namespace,
      gateway: { name: 'public', namespace },
      slipwayUrl: 'https://slipway.example.org',
      modelServerImage: `registry.example.org/slipway/model-server@sha256:${'a'.repeat(64)}`,
    })
    const { bytes, keyId } = seal(bindCredential(config, { token: access.token }), this.sealingKey)
    const cluster = { name: namespace, driver: 'kubernetes', config, credential: new Uint8Array(bytes), credentialKey: keyId }
    const site = await registerSite(this.#teamId, cluster, POLICY)
    return { ...site, endpoints: await registerEndpoints(site, endpoints) }
  }

  /** How many endpoints are not routed yet by what is wished of them. */
  async behind(): Promise<number> {
    const places = await db().endpointCluster.findMany({ select: { generation: true, acknowledgedGeneration: true } })
    return places.filter(({ generation, acknowledgedGeneration }) => generation === 0 || generation !== acknowledgedGeneration).length
  }
}
