import { expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { LEASE_MS } from './claim'
import { type JobKinds, runDueJob, seedJobs } from './jobs'

const T = Date.now()
const clock = (ms: number) => ({ now: async () => ms })

function kinds(run: () => Promise<number | null>, periodic = false): { name: string; kinds: JobKinds } {
  const name = `kind-${newId()}`
  return { name, kinds: { [name]: { periodic, run } } }
}

test('periodic work is made once, runs when due, and is due again after its time', async () => {
  const run = vi.fn(async () => 60_000)
  const work = kinds(run, true)
  await seedJobs(db(), work.kinds, T)
  await seedJobs(db(), work.kinds, T + 1_000)
  expect(await db().job.count({ where: { kind: work.name } })).toBe(1)
  expect(await runDueJob(db(), clock(T), newId(), work.kinds)).toBe(true)
  expect(await runDueJob(db(), clock(T + 59_000), newId(), work.kinds)).toBe(false)
  expect(await runDueJob(db(), clock(T + 60_000), newId(), work.kinds)).toBe(true)
  expect(run).toHaveBeenCalledTimes(2)
})

test('two engines never run the same job at once, and a dead one loses it with its lease', async () => {
  let finish: () => void = () => undefined
  const work = kinds(() => new Promise((resolve) => (finish = () => resolve(null))))
  await db().job.create({ data: { key: work.name, kind: work.name, due: new Date(T) } })
  const first = runDueJob(db(), clock(T), newId(), work.kinds)
  await vi.waitUntil(async () => (await db().job.findUniqueOrThrow({ where: { key: work.name } })).leaseOwner !== null, 30_000)
  expect(await runDueJob(db(), clock(T + LEASE_MS - 1_000), newId(), work.kinds)).toBe(false)
  const later = kinds(async () => null)
  expect(await runDueJob(db(), clock(T + LEASE_MS + 1_000), newId(), { [work.name]: later.kinds[later.name] })).toBe(true)
  expect(await db().job.count({ where: { key: work.name } })).toBe(0)
  finish()
  await first
})

test('work that fails is kept with its reason and tried again, later each time', async () => {
  const work = kinds(async () => {
    throw new Error('The disk is full.')
  })
  await db().job.create({ data: { key: work.name, kind: work.name, due: new Date(T) } })
  const dues: number[] = []
  let nowMs = T
  for (let i = 0; i < 3; i += 1) {
    expect(await runDueJob(db(), clock(nowMs), newId(), work.kinds)).toBe(true)
    const job = await db().job.findUniqueOrThrow({ where: { key: work.name } })
    expect(job).toMatchObject({ attempts: i + 1, lastError: 'The disk is full.', leaseOwner: null })
    dues.push(job.due.getTime() - nowMs)
    nowMs = job.due.getTime()
  }
  expect(dues).toEqual([5_000, 10_000, 20_000])
})
