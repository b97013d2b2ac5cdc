import type { KeptRollout } from '@/lib/rollouts/store'
import { lineOf } from '@/lib/rollouts/timeline'
import type { RolloutView } from '@/lib/rollouts/view-schema'
import type { Notice } from './notices'
import { type Message, TEST_TYPE } from './schema'

/** What the rollout's page says at that moment. */
export type Said = Pick<RolloutView, 'headline' | 'standing' | 'holds'>

/** The message about one notice. `origin`: the house's own address; `asOf`: ms, the moment of what is said. Pure. */
export function messageOf(rollout: KeptRollout, notice: Notice, said: Said, origin: string, asOf: number): Message {
  const { id, plan, state } = rollout
  const { who, what, because } = lineOf(plan, notice.event)
  return {
    type: notice.type,
    timestamp: new Date(notice.at).toISOString(),
    data: {
      rollout: id,
      url: `${origin}/rollouts/${id}`,
      endpoint: plan.endpoint.id,
      model: plan.endpoint.model,
      environment: plan.endpoint.environment,
      strategy: plan.strategy,
      from: plan.from,
      to: plan.to,
      event: { seq: notice.seq, who, what, because },
      phase: state.phase,
      headline: said.headline,
      standing: said.standing.sentence,
      holds: said.holds,
      asOf: new Date(asOf).toISOString(),
    },
  }
}

/** The body of a test: what a receiver gets when a person asks for one. Pure. */
export function testBody(webhook: { id: string; name: string }, by: string, now: Date): string {
  const headline = `A test of the webhook "${webhook.name}", sent by ${by}: nothing has happened to any rollout.`
  return JSON.stringify({ type: TEST_TYPE, timestamp: now.toISOString(), data: { webhook: webhook.id, headline } })
}

/** The header `webhook-id`: one per thing to be told, so that a receiver can drop what it gets again, even from a house that was restored from a backup. */
export function messageId({ id, rolloutId, seq }: { id: string; rolloutId: string | null; seq: number | null }): string {
  return rolloutId === null ? `msg_${id}` : `msg_${rolloutId}_${seq}`
}
