import { db, pool } from '@/lib/db'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { replayVerdicts } from '@/lib/rollouts/replay/replay'
import { readWhole, type WholeRecord } from '@/lib/rollouts/replay/store'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { soakSeconds } from '@/lib/rollouts/soak'
import { returnsAlone } from '@/lib/rollouts/steps'
import type { SimulatedCluster } from './cluster.fixture'
import type { Gateway } from './gateway.fixture'
import type { House } from './house.fixture'
import type { Stored, StoredRollout } from './invariants.fixture'
import type { People } from './people.fixture'
import type { Story } from './story.fixture'

/** What must hold when a world has been left in peace for a while. */
export class Aftermath {
  constructor(
    private readonly story: Story,
    private readonly house: House,
    private readonly clusters: SimulatedCluster[],
    private readonly gateways: Gateway[],
    private readonly people: People,
  ) {}

  async check(stored: Stored): Promise<void> {
    for (const rollout of stored.rollouts) {
      await this.evidence(rollout)
      await this.replay(rollout)
      this.outcome(rollout)
    }
    this.live(stored)
    for (const cluster of this.clusters) this.converged(stored, cluster)
    await this.aliases(stored)
  }

  /** One row per slot, cluster and generation, no slot left out, and never more requests than were answered. */
  private async evidence(rollout: StoredRollout): Promise<void> {
    const { rows } = await pool().query<{ cluster: string; slot: Date; generation: number; counts: number[] }>(
      'select cluster, slot, generation, counts from telemetry.evidence where rollout = $1 order by cluster, slot, generation',
      [rollout.id],
    )
    rows.forEach((row, i) => {
      const before = rows[i - 1]
      const gap = before?.cluster === row.cluster ? row.slot.getTime() - before.slot.getTime() : 0
      if (gap !== 0 && gap !== 5_000)
        this.story.violate(`evidence of ${row.cluster} leaves out ${gap / 5_000 - 1} slots before ${row.slot.toISOString()}`)
      const truth = this.gateways.find((gateway) => gateway.clusterId === row.cluster)?.truth
      const [candidate, stable] = [rollout.plan.to, rollout.plan.from].map(
        (version) => truth?.get(`${row.slot.getTime()}/${row.generation}/${version?.id}`) ?? 0,
      )
      if (row.counts[0] > candidate || row.counts[1] > stable)
        this.story.violate(
          `evidence counts ${row.counts[0]} and ${row.counts[1]} requests in a slot where ${candidate} and ${stable} were answered`,
        )
    })
  }

  /** Ledger and evidence alone say what was said live. */
  private async replay({ id }: StoredRollout): Promise<void> {
    const record = await readWhole(id)
    if (!record) return this.story.violate(`rollout ${id} cannot be read`)
    const { verdicts, broken } = replayVerdicts(record.rollout.plan, record.lines, record.inputs, NODE)
    if (broken !== null) this.story.violate(`a replay of ${id} breaks off: ${broken}`)
    for (const { seq, equal, differences } of verdicts)
      if (equal !== 'bits') this.story.violate(`a replay of ledger row ${seq} says otherwise: ${JSON.stringify(differences)}`)
    this.waves(record)
    for (const { seq, says } of record.chain.faults) this.story.violate(`ledger row ${seq} of ${id}: ${says}`)
  }

  /**
   * A wave that is asked to proves itself for as long before the next one begins, unless a person chose not to wait; it goes back alone only where the plan says so,
   * and by evidence only where the version is bad; what is bad on a later cluster takes no evidence to those before it, unless a takeover waits: then all go back.
   */
  private waves({ rollout: { id, plan }, lines }: Pick<WholeRecord, 'rollout' | 'lines'>): void {
    const alone = returnsAlone(plan)
    let taken = false
    for (const { seq, event } of lines) {
      if (event.kind === 'held' && event.hold.reason === 'takeover') taken = true
      if (event.kind === 'hold-removed' && event.reason === 'takeover') taken = false
      const fault = (says: string) => this.story.violate(`ledger row ${seq} of ${id}: ${says}`)
      const soaked = event.kind === 'wave-finished' && (event.soaked ?? 0) >= soakSeconds(plan, event.wave)
      if (event.kind === 'wave-finished' && !soaked && !this.people.promoted.has(id)) fault(`a wave soaked for ${event.soaked} s`)
      if (event.kind === 'returning' && event.why.cause === 'evidence' && alone && !taken && plan.to && plan.strategy === 'canary') {
        const [first] = plan.waves
        if (this.house.behaves(plan.to.number, first.clusterId) === 'good') fault('all waves were returned, and the first one is good')
      }
      if (event.kind !== 'wave-returned') continue
      if (!alone) fault('a wave went back alone, which its plan does not say')
      const behaviour = plan.to && this.house.behaves(plan.to.number, plan.waves[event.wave].clusterId)
      if (event.why.cause === 'evidence' && behaviour === 'good') fault('a wave went back by evidence, and the version is good there')
    }
  }

  /** A bad version is promoted by nobody but a person; a good one is returned by no evidence. */
  private outcome({ id, phase, plan, state }: StoredRollout): void {
    if (plan.strategy === 'return' || plan.strategy === 'initial' || !plan.to) return
    const behaviour = this.house.choices.behaviour[plan.to.number]
    const stable = this.house.choices.behaviour[plan.from?.number ?? 1]
    const why = 'why' in state ? state.why : null
    if (phase === 'promoted' && behaviour !== 'good' && stable === 'good' && plan.strategy === 'canary' && !this.people.promoted.has(id))
      this.story.violate(`v${plan.to.number} answers ${behaviour} and was promoted`)
    if (why?.cause === 'evidence' && behaviour === 'good' && phase !== 'promoted')
      this.story.violate(`v${plan.to.number} is good and was returned by ${why.blamed}`)
  }

  private live({ rollouts, liveVersionId }: Stored): void {
    const promoted = rollouts
      .filter((rollout) => rollout.phase === 'promoted')
      // By when they ended, which grows also where the clock was set back between them; a state's own time may not.
      .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
      .at(-1)
    const expected = promoted ? (promoted.plan.to?.id ?? null) : this.house.choices.live ? this.house.versionIds.get(1) : null
    if (liveVersionId !== expected)
      this.story.violate(`${this.house.numberOf(liveVersionId)} is live, but ${this.house.numberOf(expected)} was promoted last`)
  }

  /** Each cluster routes by what is stored for it. */
  private converged(stored: Stored, cluster: SimulatedCluster): void {
    const place = stored.places.find((one) => one.clusterId === cluster.id)
    // What was written after a person answered, or was not routed yet when they did, is asked again.
    const asked = stored.readOnly && cluster.fake.held.get(this.house.endpointId)?.wish.salt === 'theirs'
    if (cluster.foreign || asked || !place?.wish) return
    const seen = cluster.fake.observed(this.house.endpointId)
    if (seen?.generation !== place.generation || seen.wishHash !== wishHash(place.wish))
      this.story.violate(`${cluster.name} routes by generation ${seen?.generation}, but ${place.generation} is stored`)
    const live = stored.rollouts.find(({ phase }) => LIVE_PHASES.some((one) => one === phase))
    const returning = live?.phase === 'returning' && this.story.nowMs - sinceOf(live) > RETURN_WITHIN_MS
    if (returning && !stored.readOnly && this.clusters.every((one) => !one.foreign)) this.story.violate('a return has not ended')
    const full = seen.arms.find((arm) => arm.versionId === stored.liveVersionId)?.weight ?? 0
    if (!live && stored.liveVersionId && full !== 10_000) this.story.violate(`${cluster.name} gives the live version ${full / 100} %`)
  }

  private async aliases(stored: Stored): Promise<void> {
    const moves = await db().aliasMove.findMany({ where: { modelId: this.house.modelId }, select: { rolloutId: true } })
    const promoted = new Set(stored.rollouts.filter((rollout) => rollout.phase === 'promoted').map((rollout) => rollout.id))
    const seen = new Set<string>()
    for (const { rolloutId } of moves) {
      if (!rolloutId || !promoted.has(rolloutId) || seen.has(rolloutId))
        this.story.violate('the alias moved without a promotion, or twice for one')
      else seen.add(rolloutId)
    }
  }
}

/** A return that began just before the end has not ended yet. */
const RETURN_WITHIN_MS = 10_000
const NODE = Number.parseInt(process.versions.node, 10)

function sinceOf({ state }: StoredRollout): number {
  return 'since' in state ? state.since : 0
}
