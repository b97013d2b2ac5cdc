import { expect, test } from 'vitest'
import { Admission } from './admission'
import { refuseKey } from './api-key'
import { RowQueue } from './row-queue'

test('so many at once, so many waiting, the next is refused; whoever leaves lets the first waiter in', async () => {
  const admission = new Admission(() => 1, 1)
  const signal = new AbortController().signal
  expect(admission.tryEnter()).toBe(true)
  const waiter = admission.enter(signal)
  expect(await admission.enter(signal)).toBe(false)
  expect(admission.pending).toBe(2)
  admission.leave()
  expect(await waiter).toBe(true)
  admission.leave()
  expect(admission.pending).toBe(0)
})

test('a waiter that gives up leaves its place in the queue', async () => {
  const admission = new Admission(() => 1, 1)
  const stop = new AbortController()
  admission.tryEnter()
  const waiter = admission.enter(stop.signal)
  stop.abort()
  expect(await waiter).toBe(false)
  expect(admission.pending).toBe(1)
})

test('capacity that grows lets waiters in', async () => {
  let capacity = 0
  const admission = new Admission(() => capacity, 5)
  const waiter = admission.enter(new AbortController().signal)
  capacity = 1
  admission.wake()
  expect(await waiter).toBe(true)
})

test('a queue of rows drops the oldest, and spools what is new', () => {
  const queue = new RowQueue<{ endpointId: string; i: number }>(100)
  for (let i = 0; i < 105; i += 1) queue.push({ endpointId: 'e', i })
  expect(queue.takeUnspooled(1_000)).toHaveLength(105)
  for (let i = 105; i < 115; i += 1) queue.push({ endpointId: 'e', i })
  expect(queue.dropped).toBe(11)
  expect(queue.peek(1)).toMatchObject([{ i: 11 }])
  queue.remove(queue.peek(50))
  expect(queue.takeUnspooled(1_000).map((row) => row.i)).toEqual([105, 106, 107, 108, 109, 110, 111, 112, 113, 114])
})

test('a header that is no bearer key is told what to send', () => {
  const keys = [{ id: 'k', hash: 'h', expiresAt: null }]
  for (const header of [undefined, '', 'Basic x', 'Bearer ', 'Bearer a b']) expect(refuseKey(keys, header, 0)).toMatch(/Bearer KEY/)
  expect(refuseKey(keys, 'Bearer x', 0)).toMatch(/does not know/)
})
