import { isDeepStrictEqual } from 'node:util'
import { db, pool } from '@/lib/db'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { decide, fold, start } from '@/lib/rollouts/judge'
import { readRecord } from '@/lib/rollouts/record/store'
import { checkChain } from '@/lib/rollouts/replay/store'
import { readLedger } from '@/lib/rollouts/store'
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
      await this.chain(rollout)
      await this.evidence(rollout)
      await this.replay(rollout)
      this.outcome(rollout)
    }
    this.live(stored)
    for (const cluster of this.clusters) this.converged(stored, cluster)
    await this.aliases(stored)
  }

  /** Every row of the ledger follows from the one before it. */
  private async chain({ id }: StoredRollout): Promise<void> {
    const { faults } = await checkChain(db(), id)
    for (const { seq, says } of faults) this.story.violate(`ledger row ${seq} of ${id}: ${says}`)
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
  private async replay({ id, plan }: StoredRollout): Promise<void> {
    const record = await readRecord(db(), id, null)
    const lines = await readLedger(db(), id, ['judged', 'acknowledged'])
    const bench = start(plan)
    let next = 0
    for (const { at, event } of lines) {
      if (event.kind !== 'judged') continue
      const { judgement } = event
      for (; next < record.inputs.length; next += 1) {
        const { at: written, input } = record.inputs[next]
        const row = input.kind === 'evidence' || input.kind === 'labels'
        if (written > at || (written === at && !row)) break
        fold(bench, input)
      }
      const acknowledged = lines.findLast(
        (line) =>
          line.at < at &&
          line.event.kind === 'acknowledged' &&
          line.event.place.step === judgement.step &&
          line.event.place.wave === judgement.wave,
      )
      const again = decide(bench, {
        place: { wave: judgement.wave, step: judgement.step },
        acknowledgedAt: acknowledged?.at ?? null,
        now: judgement.now,
      })
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(again)), judgement))
        this.story.violate(`a replay says ${JSON.stringify(again.decision)} where ${JSON.stringify(judgement.decision)} was said`)
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
      .sort((a, b) => sinceOf(a) - sinceOf(b))
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
    const newest = stored.rollouts.filter((one) => one.phase !== 'awaiting-approval' && one.phase !== 'cancelled').at(-1)
    if (newest?.phase === 'returning' && !stored.readOnly && this.clusters.every((one) => !one.foreign))
      this.story.violate('a return has not ended')
    const full = seen.arms.find((arm) => arm.versionId === stored.liveVersionId)?.weight ?? 0
    const still = !newest || TERMINAL.includes(newest.phase)
    if (still && stored.liveVersionId && full !== 10_000) this.story.violate(`${cluster.name} gives the live version ${full / 100} %`)
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

const TERMINAL = ['promoted', 'returned', 'aborted', 'failed', 'cancelled']

function sinceOf({ state }: StoredRollout): number {
  return 'since' in state ? state.since : 0
}
