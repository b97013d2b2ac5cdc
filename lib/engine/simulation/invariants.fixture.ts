import { pool } from '@/lib/db'
import type { Wish } from '@/lib/endpoints/wish'
import type { PlanDocument } from '@/lib/rollouts/schema'
import type { RolloutState } from '@/lib/rollouts/state'
import type { SimulatedCluster, Written } from './cluster.fixture'
import type { House } from './house.fixture'
import type { Story } from './story.fixture'

export interface StoredRollout {
  id: string
  phase: RolloutState['phase']
  state: RolloutState
  plan: PlanDocument
  yeses: number
  ledger: number
  seq: number
  at: number
  /** null: it has not ended. */
  endedAt: number | null
}

export interface Stored {
  revision: number
  generation: number
  fence: number
  liveVersionId: string | null
  /** Another writer has the route, and a person is asked. */
  readOnly: boolean
  wakeMs: number
  leaseMs: number | null
  places: { clusterId: string; generation: number; wish: Wish | null }[]
  rollouts: StoredRollout[]
}

const TERMINAL = ['promoted', 'returned', 'aborted', 'failed', 'cancelled']
const STOPPED = ['returning', 'returned', 'aborted']

/** What is stored of the house's endpoint, in one look. */
async function readStored(endpointId: string): Promise<Stored> {
  const { rows } = await pool().query<{ it: Stored }>(
    `select json_build_object('revision', e.revision, 'generation', e.generation, 'fence', e.fence, 'liveVersionId', e.live_version_id, 'readOnly', e.read_only is not null,
       'wakeMs', extract(epoch from e.wake_at) * 1000, 'leaseMs', extract(epoch from e.lease_until) * 1000,
       'places', (select coalesce(json_agg(json_build_object('clusterId', p.cluster_id, 'generation', p.generation, 'wish', p.wish)), '[]') from endpoint_cluster p where p.endpoint_id = e.id),
       'rollouts', (select coalesce(json_agg(json_build_object('id', r.id, 'phase', r.phase, 'state', r.state, 'plan', d.document, 'at', extract(epoch from r.created_at) * 1000, 'endedAt', extract(epoch from r.ended_at) * 1000,
          'yeses', (select count(*) from approval a where a.rollout_id = r.id and a.plan_hash = r.plan_hash and a.answer = 'yes' and a.used_at is not null),
          'ledger', (select count(*) from ledger l where l.rollout_id = r.id), 'seq', (select coalesce(max(l.seq), 0) from ledger l where l.rollout_id = r.id)) order by r.created_at, r.id), '[]')
          from rollout r join plan d on d.hash = r.plan_hash where r.endpoint_id = e.id)) as it
     from endpoint e where e.id = $1`,
    [endpointId],
  )
  return rows[0].it
}

async function readDue(endpointId: string): Promise<Pick<Stored, 'revision' | 'fence' | 'wakeMs' | 'leaseMs'>> {
  const { rows } = await pool().query<{ revision: number; fence: string; wake: Date; lease: Date | null }>(
    'select revision, fence, wake_at as wake, lease_until as lease from endpoint where id = $1',
    [endpointId],
  )
  const { revision, fence, wake, lease } = rows[0]
  return { revision, fence: Number(fence), wakeMs: wake.getTime(), leaseMs: lease?.getTime() ?? null }
}

/** What must hold after every step, whatever was done to whom. */
export class Invariants {
  stored: Stored | null = null

  constructor(
    private readonly story: Story,
    private readonly house: House,
    private readonly clusters: SimulatedCluster[],
  ) {}

  /** Looks at what is stored and when the endpoint is due. Whoever changes anything else raises the endpoint's revision: only then it is read whole. */
  async look(whole = false): Promise<Stored> {
    const before = this.stored
    const due = await readDue(this.house.endpointId)
    if (before && before.revision === due.revision && !whole) {
      Object.assign(before, due)
      return before
    }
    const now = await readStored(this.house.endpointId)
    this.stored = now
    for (const name of ['revision', 'generation', 'fence'] as const)
      if (before && now[name] < before[name]) this.story.violate(`the endpoint's ${name} went from ${before[name]} back to ${now[name]}`)
    this.rollouts(before, now)
    for (const place of now.places) this.weightsOf(place.wish, `the stored wish of ${this.nameOf(place.clusterId)}`, now)
    for (const cluster of this.clusters) this.routed(cluster, now)
    return now
  }

  private nameOf(clusterId: string): string {
    return `c${this.house.clusterIds.indexOf(clusterId)}`
  }

  private rollouts(before: Stored | null, now: Stored): void {
    const live = now.rollouts.filter((rollout) => rollout.phase !== 'awaiting-approval' && !TERMINAL.includes(rollout.phase))
    if (live.length > 1) this.story.violate(`${live.length} rollouts are live`)
    for (const rollout of now.rollouts) {
      const was = before?.rollouts.find((one) => one.id === rollout.id)
      if (was?.phase !== rollout.phase)
        this.story.say(
          `rollout to ${this.house.numberOf(rollout.plan.to?.id)} (${rollout.plan.strategy}) is ${rollout.phase} ${causeOf(rollout.state)}`,
        )
      if (was && TERMINAL.includes(was.phase) && was.phase !== rollout.phase)
        this.story.violate(`a rollout that was ${was.phase} became ${rollout.phase}`)
      if (rollout.ledger !== rollout.seq) this.story.violate(`a ledger of ${rollout.ledger} rows ends with seq ${rollout.seq}`)
      if (was && rollout.ledger < was.ledger) this.story.violate('a ledger got shorter')
      const started = rollout.phase !== 'awaiting-approval' && rollout.phase !== 'cancelled'
      if (started && rollout.yeses < rollout.plan.approvals)
        this.story.violate(`a rollout started with ${rollout.yeses} of ${rollout.plan.approvals} approvals`)
    }
  }

  private weightsOf(wish: Wish | null, what: string, now: Stored): void {
    if (!wish) return
    const sum = wish.arms.reduce((total, arm) => total + arm.weight, 0)
    const none = now.liveVersionId === null || now.rollouts.some(({ plan }) => plan.to === null || plan.from === null)
    if (sum !== 10_000 && !(sum === 0 && none)) this.story.violate(`${what} shares out ${sum / 100} %`)
  }

  private routed(cluster: SimulatedCluster, now: Stored): void {
    const held = cluster.fake.held.get(this.house.endpointId)
    if (!held) return
    this.weightsOf(held.wish, `the route of ${cluster.name}`, now)
  }

  /** A cluster took a write. */
  written({ clusterId, cluster, before, wish }: Written): void {
    const name = this.nameOf(clusterId)
    const simulated = this.clusters.find((one) => one.id === clusterId)
    if (simulated?.foreign) this.story.violate(`${name}: another writer's route was written over before anybody decided`)
    if (before && (wish.fence < before.fence || (wish.fence === before.fence && wish.generation < before.generation)))
      this.story.violate(`${name} took an older write`)
    for (const arm of wish.arms) this.capacity(cluster, name, simulated, before, arm)
    const { stored } = this
    if (!stored) return
    for (const rollout of stored.rollouts) this.rolloutWritten(rollout, stored, name, wish)
  }

  /** More traffic only for a version that can answer, unless its replicas came down a moment ago. */
  private capacity(
    cluster: Written['cluster'],
    name: string,
    simulated: SimulatedCluster | undefined,
    before: Wish | null,
    arm: Wish['arms'][number],
  ): void {
    const was = before?.arms.find((one) => one.versionId === arm.versionId)
    if (arm.weight <= (was?.weight ?? 0) || before === null) return
    const ready = cluster.observed(this.house.endpointId)?.arms.find((one) => one.versionId === arm.versionId)?.ready ?? 0
    const fell = cluster.now() - (simulated?.downAt.get(arm.versionId) ?? Number.NEGATIVE_INFINITY) < 45_000
    if (ready === 0 && !fell)
      this.story.violate(`${name} was to send ${arm.weight / 100} % to ${this.house.numberOf(arm.versionId)}, which has no ready replica`)
  }

  private rolloutWritten(rollout: StoredRollout, stored: Stored, name: string, wish: Wish): void {
    const { plan, phase } = rollout
    const candidate = wish.arms.find((arm) => arm.versionId === plan.to?.id)
    const others = stored.rollouts.some(
      (other) =>
        other.id !== rollout.id &&
        other.phase !== 'cancelled' &&
        (other.plan.to?.id === plan.to?.id || other.plan.from?.id === plan.to?.id),
    )
    if (phase === 'awaiting-approval' && candidate && !others && stored.liveVersionId !== plan.to?.id)
      this.story.violate(`${name} got ${this.house.numberOf(plan.to?.id)} before its approval`)
    const newest = stored.rollouts.filter((one) => one.phase !== 'awaiting-approval' && one.phase !== 'cancelled').at(-1)
    const place = stored.places.find((one) => this.nameOf(one.clusterId) === name)
    if (newest?.id !== rollout.id || plan.strategy === 'return' || wish.generation !== place?.generation) return
    if (STOPPED.includes(phase) && candidate && candidate.weight > 0)
      this.story.violate(`${name} got ${candidate.weight / 100} % of a version that was stopped`)
    this.waveFailed(rollout, name, candidate?.weight ?? 0)
    const live = !TERMINAL.includes(phase)
    if (live && plan.from && !wish.arms.some((arm) => arm.versionId === plan.from?.id && arm.replicas > 0))
      this.story.violate(`${name} lost the stable version in the middle of a rollout`)
  }

  /** A wave that failed alone gets nothing until a person says so, and takes nothing from those before it. */
  private waveFailed({ state, plan }: StoredRollout, name: string, weight: number): void {
    if (state.phase !== 'holding' || !state.holds.some(({ reason }) => reason === 'wave-failed')) return
    const wave = plan.waves.findIndex(({ clusterId }) => this.nameOf(clusterId) === name)
    if (wave >= state.place.wave ? weight !== 0 : weight !== 10_000)
      this.story.violate(`${name} got ${weight / 100} % of a version whose wave ${state.place.wave} had failed alone`)
  }
}

function causeOf(state: RolloutState): string {
  if (state.phase === 'holding') return `(${state.holds.map((hold) => hold.reason).join(', ')})`
  return 'why' in state ? `(${JSON.stringify(state.why)})` : ''
}
