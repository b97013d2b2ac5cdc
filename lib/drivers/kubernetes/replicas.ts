import * as z from 'zod'
import type { Replica } from '@/lib/endpoints/wish'
import { LABELS } from './render/names'

const Terminated = z.object({
  exitCode: z.number().nullish(),
  signal: z.number().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  finishedAt: z.string().nullish(),
})
const State = z
  .object({
    waiting: z.object({ reason: z.string().nullish(), message: z.string().nullish() }).nullish(),
    terminated: Terminated.nullish(),
  })
  .nullish()
const ContainerStatus = z.object({ name: z.string(), restartCount: z.number().default(0), state: State, lastState: State })

/** What is read of a pod. */
export const Pod = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}), deletionTimestamp: z.string().nullish() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().nullish(), message: z.string().nullish() }))
        .default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
})
export type Pod = z.output<typeof Pod>

/** A pod can answer: it is ready and has not been told to end. */
export function isReady({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
}

/** It runs no more, and counts against no quota. */
export function isEnded({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

export function holdsConfig({ metadata }: Pod, config: string): boolean {
  return metadata.labels[LABELS.config] === config
}

/** Why a container that waits will not simply come: Kubernetes says ContainerCreating and PodInitializing of all that is well. */
const ON_ITS_WAY = new Set(['ContainerCreating', 'PodInitializing'])

/** A pod as pages show it. What it uses is measured elsewhere. */
export function replicaOf(pod: Pod): Replica {
  const { status, metadata } = pod
  const containers = [...status.initContainerStatuses, ...status.containerStatuses]
  const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0)
  const exits = containers.flatMap(({ state, lastState }) => state?.terminated ?? lastState?.terminated ?? [])
  // An init container that has done its work has also ended.
  const failed = exits.filter(({ exitCode, signal }) => (exitCode ?? 0) !== 0 || (signal ?? 0) !== 0).at(-1)
  const { state, reason } = stateOf(pod)
  return {
    id: metadata.name,
    state,
    restarts,
    cpu: null,
    memoryBytes: null,
    lastExit: failed
      ? {
          code: failed.exitCode ?? null,
          signal: failed.signal ? `signal ${failed.signal}` : null,
          at: Date.parse(failed.finishedAt ?? '') || 0,
        }
      : null,
    reason: reason ?? (failed && state !== 'ready' ? [failed.reason, failed.message].filter(Boolean).join(': ') || null : null),
  }
}

/** It has its node, and none of its containers was made yet. */
export function isUnmade(pod: Pod): boolean {
  const { initContainerStatuses, containerStatuses } = pod.status
  const containers = [...initContainerStatuses, ...containerStatuses]
  const { state, reason } = stateOf(pod)
  return (
    state === 'starting' &&
    reason === null &&
    containers.length > 0 &&
    containers.every((each) => ON_ITS_WAY.has(each.state?.waiting?.reason ?? ''))
  )
}

function stateOf(pod: Pod): Pick<Replica, 'state' | 'reason'> {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp) return { state: 'draining', reason: null }
  if (isReady(pod)) return { state: 'ready', reason: null }
  if (status.phase === 'Failed') return { state: 'crashed', reason: joined(status.reason, status.message) }
  if (status.phase === 'Succeeded') return { state: 'stopped', reason: null }
  const containers = [...status.initContainerStatuses, ...status.containerStatuses]
  const waiting = containers.map(({ state }) => state?.waiting).find((each) => each?.reason && !ON_ITS_WAY.has(each.reason))
  if (waiting) return { state: 'backing-off', reason: joined(waiting.reason, lastWords(containers, waiting) ?? waiting.message) }
  const ended = status.containerStatuses.find(({ state }) => state?.terminated)?.state?.terminated
  if (ended) return { state: 'crashed', reason: joined(ended.reason, ended.message) }
  const unscheduled = status.conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')
  return { state: 'starting', reason: unscheduled ? joined(unscheduled.reason, unscheduled.message) : null }
}

/** What a container that is started again and again said when it ended: the length of its pause says less. */
function lastWords(containers: z.output<typeof ContainerStatus>[], waiting: object): string | null {
  const status = containers.find(({ state }) => state?.waiting === waiting)
  return status?.lastState?.terminated?.message?.trim().slice(-500) || null
}

function joined(reason: string | null | undefined, message: string | null | undefined): string | null {
  return [reason, message].filter(Boolean).join(': ').slice(0, 500) || null
}

const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/** A quantity of Kubernetes as a number: "250m" is 0.25, "1Ki" is 1024; null for what is none. */
export function quantity(text: unknown): number | null {
  const parts = typeof text === 'string' ? /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text) : null
  if (!parts) return null
  const factor = parts[2] === '' ? 1 : SUFFIXES[parts[2]]
  return factor === undefined ? null : Number(parts[1]) * factor
}
