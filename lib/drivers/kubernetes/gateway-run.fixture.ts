import type { Wish, WishArm } from '@/lib/endpoints/wish'
import { GatewayCluster } from './gateway.fixture'
import { endpointName, versionName } from './render/names'

/** What the promises of a gateway are tried with: a cluster with one endpoint that each moves on from where it stands. */
export class GatewayRun extends GatewayCluster {
  last: Wish | undefined

  async first(): Promise<Wish> {
    if (this.last) return this.last
    const { on, web } = this
    const [live, better] = ['live', 'better'].map((name) => web.publish(`examples/flights/${name}.onnx`))
    const arms = [on.arm({ digest: live }), on.arm({ digest: better, role: 'candidate', number: 2, weight: 0 })]
    this.last = on.wish({ arms })
    await this.goes(this.last)
    return this.last
  }

  /** The next wish, with these weights of live and candidate, once requests go by it. */
  async gone(weights: readonly [number, number], over: readonly Partial<WishArm>[] = []): Promise<Wish> {
    this.last = this.next(await this.first(), weights, over)
    await this.goes(this.last)
    return this.last
  }

  next({ generation, fence, arms, mirror: _, ...rest }: Wish, weights: readonly number[], over: readonly Partial<WishArm>[] = []): Wish {
    return {
      ...rest,
      generation: generation + 1,
      fence: fence + 1,
      arms: arms.map((arm, i) => ({ ...arm, ...over[i], weight: weights[i] })),
    }
  }

  nameOf(wish: Wish, arm: WishArm): string {
    return versionName(endpointName(wish), arm)
  }
}
