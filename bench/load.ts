import { readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { inferBody } from '@/lib/serving/testing/wish'

export interface Measured {
  requests: number
  dropped: number
  p50: number
  p99: number
  perSecond: number
}

/** Sends single-row requests at a concurrency until `done(sent)`. Dropped: no answer, or a 5xx. Latencies in ms. */
export async function load(url: string, path: string, concurrency: number, done: (sent: number) => boolean): Promise<Measured> {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 })
  const latencies: number[] = []
  let dropped = 0
  const body = inferBody()
  const headers = { 'content-type': 'application/json' }
  const start = performance.now()
  let sent = 0
  const worker = async () => {
    while (!done(sent)) {
      sent += 1
      const at = performance.now()
      const status = await pool.request({ path, method: 'POST', headers, body }).then(
        async (response) => {
          await response.body.dump()
          return response.statusCode
        },
        () => 0,
      )
      latencies.push(performance.now() - at)
      if (status === 0 || status >= 500) dropped += 1
      else if (status !== 200) throw new Error(`${url} answered ${status}.`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const seconds = (performance.now() - start) / 1_000
  await pool.close()
  latencies.sort((a, b) => a - b)
  const at = (p: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))]
  return { requests: latencies.length, dropped, p50: at(0.5), p99: at(0.99), perSecond: latencies.length / seconds }
}

/** CPU time of a process so far, microseconds, in steps of 10 ms (Linux). */
export function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
