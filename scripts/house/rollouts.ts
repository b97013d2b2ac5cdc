import { z } from 'zod'
import type { LedgerEvent } from '@/lib/rollouts/ledger'
import { type LaunchRollout, type Policy, TERMINAL_PHASES } from '@/lib/rollouts/schema'
import type { House } from './house'
import { until } from './wait'

export const MODEL = 'flight-delay'
export type Environment = 'prod-hybrid' | 'trial'

const Launched = z.object({ id: z.uuid() })
const Versions = z.object({ items: z.array(z.object({ number: z.number(), note: z.string(), status: z.string(), digest: z.string() })) })
const Endpoints = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      environment: z.string(),
      live: z.number().nullable(),
      requests: z.number().nullable(),
      rollout: z.unknown().nullable(),
    }),
  ),
})
const Rollouts = z.object({
  items: z.array(z.object({ id: z.uuid(), strategy: z.string(), to: z.number().nullable(), phase: z.string(), headline: z.string() })),
})
const Approval = z.object({ planHash: z.string(), revision: z.number(), waiting: z.boolean() })
const Edited = z.object({ proposal: z.object({ id: z.uuid(), hash: z.string() }).nullable() })
const Anything = z.unknown()

export interface LedgerRow {
  seq: number
  at: Date
  event: LedgerEvent
}

/** The versions of the example by the first word of their note: "slow", "better", ... */
export async function versionOf(house: House, name: string): Promise<{ number: number; digest: string }> {
  return until({ what: `version "${name}" is ready`, seconds: 300 }, async () => {
    const { items } = await (await house.as('engineer')).get(`/api/v1/models/${MODEL}/versions`, Versions)
    return items.find((version) => version.note.split(':')[0] === name && version.status === 'ready')
  })
}

export async function endpointIn(house: House, environment: Environment) {
  const { items } = await (await house.as('engineer')).get(`/api/v1/endpoints?model=${MODEL}`, Endpoints)
  const endpoint = items.find((each) => each.environment === environment)
  if (!endpoint) throw new Error(`There is no endpoint of ${MODEL} in ${environment}.`)
  return endpoint
}

/** Waits until both endpoints have a live version and enough requests for a frame. */
export async function untilServed(house: House): Promise<void> {
  for (const environment of ['trial', 'prod-hybrid'] as const)
    await until({ what: `traffic in ${environment}`, seconds: 120 }, async () => {
      const { live, requests } = await endpointIn(house, environment)
      return live !== null && (requests ?? 0) >= 400
    })
}

export async function rolloutsIn(house: House, environment: Environment) {
  const { items } = await (await house.as('engineer')).get(`/api/v1/rollouts?environment=${environment}`, Rollouts)
  return items
}

/** Gives an environment another policy, as the admin; one that is looser is approved by the approver. */
export async function setPolicy(house: House, environment: Environment, policy: z.input<typeof Policy>): Promise<void> {
  const { rows } = await house.database.query<{ version: number }>('select policy_version as version from environment where slug = $1', [
    environment,
  ])
  const admin = await house.as('admin')
  const edited = await admin.put(`/api/v1/environments/${environment}/policy`, { basedOn: rows[0].version, policy }, Edited)
  if (!edited.proposal) return
  const approver = await house.as('approver')
  await approver.post(`/api/v1/approvals/policies/${edited.proposal.id}/approve`, { hash: edited.proposal.hash }, Anything)
}

/** Launches as the engineer. Resolves to the rollout's id. */
export async function launch(
  house: House,
  input: Omit<z.input<typeof LaunchRollout>, 'model'> & { environment: Environment },
): Promise<string> {
  const engineer = await house.as('engineer')
  const { id } = await engineer.post('/api/v1/rollouts', { model: MODEL, ...input }, Launched)
  return id
}

/** Says yes as the approver to the plan as it stands. */
export async function approve(house: House, rolloutId: string): Promise<void> {
  const approver = await house.as('approver')
  const { planHash, revision } = await approver.get(`/api/v1/approvals/${rolloutId}`, Approval)
  await approver.post(`/api/v1/approvals/${rolloutId}/approve`, { planHash, revision, reason: 'as measured' }, Anything)
}

/** The phase as it is stored; asks the database, so that a web that is being started again is no reason to wait. */
export async function phaseOf(house: House, rolloutId: string): Promise<string> {
  const { rows } = await house.database.query<{ phase: string }>('select phase from rollout where id = $1', [rolloutId])
  return rows[0].phase
}

export async function untilEnded(house: House, rolloutId: string, seconds: number): Promise<string> {
  return until({ what: 'the rollout has ended', seconds }, async () => {
    const phase = await phaseOf(house, rolloutId)
    return TERMINAL_PHASES.some((each) => each === phase) ? phase : null
  })
}

export async function ledgerOf(house: House, rolloutId: string): Promise<LedgerRow[]> {
  const { rows } = await house.database.query<{ seq: number; at: Date; kind: string; payload: object }>(
    'select seq, at, kind, payload from ledger where rollout_id = $1 order by seq',
    [rolloutId],
  )
  return rows.map(({ seq, at, kind, payload }) => ({ seq, at, event: { ...payload, kind } as LedgerEvent }))
}

/** Brings an endpoint back to version 1, as the engineer, and waits until it serves all of the traffic. */
export async function returnToFirst(house: House, environment: Environment): Promise<void> {
  const { id, live } = await endpointIn(house, environment)
  if (live === 1) return
  const engineer = await house.as('engineer')
  await engineer.post(`/api/v1/endpoints/${id}/return`, { version: 1, reason: 'for the next run' }, Anything)
  await until({ what: `${environment} serves version 1 again`, seconds: 120 }, async () => {
    const now = await endpointIn(house, environment)
    return now.live === 1 && now.rollout === null
  })
}

/** The version that an alias names, by number; null: none. */
export async function aliasOf(house: House, name: string): Promise<number | null> {
  const { rows } = await house.database.query<{ number: number }>(
    'select v.number from alias a join model m on m.id = a.model_id join model_version v on v.id = a.version_id where m.slug = $1 and a.name = $2',
    [MODEL, name],
  )
  return rows[0]?.number ?? null
}
