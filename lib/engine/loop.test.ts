import { afterEach, expect, test, vi } from 'vitest'
import { startLoop } from './loop'

afterEach(() => void vi.useRealTimers())

test('a wake ends the pause, and a stop waits for the running round', async () => {
  let rounds = 0
  let finish: (() => void) | undefined
  const loop = startLoop(
    async () => {
      rounds += 1
      if (rounds === 2) await new Promise<void>((resolve) => (finish = resolve))
      return false
    },
    () => undefined,
    60_000,
  )
  await vi.waitUntil(() => rounds === 1)
  loop.wake()
  await vi.waitUntil(() => rounds === 2)
  let stopped = false
  const stopping = loop.stop().then(() => (stopped = true))
  await Promise.resolve()
  expect(stopped).toBe(false)
  finish?.()
  await stopping
  expect(rounds).toBe(2)
})

test('a wake during a round is not lost', async () => {
  let rounds = 0
  const loop = startLoop(
    async () => {
      rounds += 1
      await Promise.resolve()
      if (rounds === 1) loop.wake()
      return false
    },
    () => undefined,
    60_000,
  )
  await vi.waitUntil(() => rounds === 2)
  await loop.stop()
})

test('a round that throws is told and tried again, later each time', async () => {
  const at: number[] = []
  const errors: unknown[] = []
  const loop = startLoop(
    async () => {
      at.push(performance.now())
      if (at.length < 4) throw new Error('no database')
      return false
    },
    (error) => errors.push(error),
    5,
  )
  await vi.waitUntil(() => at.length >= 4)
  await loop.stop()
  expect(errors).toHaveLength(3)
  expect(at[3] - at[2]).toBeGreaterThan(at[1] - at[0])
})

test('however often it is woken, rounds begin at least 50 ms apart', async () => {
  vi.useFakeTimers()
  let rounds = 0
  const loop = startLoop(
    async () => {
      rounds += 1
      return false
    },
    () => undefined,
    60_000,
  )
  const began: number[] = []
  for (let ms = 1; ms <= 220; ms += 1) {
    loop.wake()
    const before = rounds
    await vi.advanceTimersByTimeAsync(1)
    if (rounds > before) began.push(ms)
  }
  expect(began.length).toBeGreaterThanOrEqual(3)
  for (let i = 1; i < began.length; i += 1) expect(began[i] - began[i - 1]).toBeGreaterThanOrEqual(50)
  await loop.stop()
})
