import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Flush } from '@/lib/monitoring/flush'
import { CorrectedClock } from './clock'
import { Flusher } from './flusher'
import type { Series } from './router'
import { readSpool, Spool } from './spool'
import { Telemetry } from './telemetry'

const SERIES: Series = {
  key: 'e/v/live/1',
  endpointId: '01900000-0000-7000-8000-000000000001',
  versionId: '01900000-0000-7000-8000-000000000002',
  role: 'live',
  generation: 1,
  labelRate: 1,
  segment: 0,
  observed: null,
}

test('what is on its way to a web that does not answer stands on disk meanwhile, and is taken away once it has arrived', async () => {
  const held: http.ServerResponse[] = []
  const web = http.createServer((request, response) => {
    request.resume()
    held.push(response)
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-spool-'))
  try {
    const telemetry = new Telemetry(new CorrectedClock())
    const spool = new Spool(folder, telemetry.boot)
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
    const flusher = new Flusher(telemetry, spool, { url, identityToken: 'token' })
    telemetry.count(SERIES, 'good', 3)
    const flushed = flusher.flush()
    await vi.waitFor(() => expect(spool.bytes).toBeGreaterThan(0), 4_000)
    const kept: Flush[] = []
    for await (const flush of readSpool(path.join(folder, `${telemetry.boot}.jsonl`))) kept.push(flush)
    expect(kept.flatMap((flush) => flush.windows).map((row) => row.n)).toEqual([1])
    held[0].end(JSON.stringify({ now: Date.now(), accepted: true }))
    await flushed
    expect(spool.bytes).toBe(0)
    expect(flusher.state.state).toBe('sending')
  } finally {
    web.closeAllConnections()
    web.close()
    rmSync(folder, { recursive: true })
  }
})
