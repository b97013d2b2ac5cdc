import net, { type AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { z } from 'zod'
import { inferBody } from '@/lib/serving/testing/wish'
import { House } from '@/scripts/house/house'
import { launch, ledgerOf, setPolicy, untilEnded, untilServed, versionOf } from '@/scripts/house/rollouts'
import { until } from '@/scripts/house/wait'
import type { Result } from './result'

const PORT = 48_500
const ENVIRONMENT = 'prod-hybrid'
const AIM_MS = 2_000
const CONNECTIONS = 4
/** Gateways of prod-hybrid, from PORT + 10 on, in the order of `npm start`: on-prem-1, cloud-1. */
const GATEWAYS = { 'on-prem-1': 10, 'cloud-1': 11 }
const BLACK_HOLED = 'cloud-1'
/** One long step in the first wave, so that every return is a person's. */
const POLICY = {
  approvals: 0,
  alias: null,
  steps: [5_000, 10_000],
  gates: [{ metric: 'errors' as const, floor: 0.05 }],
  pace: { burnIn: 60, minDwell: 600, maxDwell: 3_600, watch: 0, warmth: 60 },
}

/**
 * From the click (the request to return is sent) until the client under load gets no answer of the candidate any more, and until the gateway has counted so: `--runs N`
 * (10) returns of a rollout at 50 %, then as many while the other cluster's API is a black hole.
 */
export async function run(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '10' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1')
  const house = await House.start(PORT)
  const hole = await blackHole()
  try {
    await untilServed(house)
    await setPolicy(house, ENVIRONMENT, POLICY)
    const calm = await measure(house, runs, 'both clusters')
    const address = await aim(house, `http://127.0.0.1:${hole.port}`)
    const cut = await measure(house, runs, 'one of two black-holed')
    await aim(house, address)
    return [...lines('both clusters', calm), ...lines('one of two black-holed', cut)]
  } finally {
    hole.close()
    await house.stop()
  }
}

interface Left {
  /** Click to the last answer of the candidate, as the client saw it, ms. */
  served: number
  /** Click to counted, as the ledger holds it, ms; null: the ledger waits for a cluster that cannot be reached. */
  counted: number | null
}

async function measure(house: House, runs: number, what: string): Promise<Left[]> {
  const { number } = await versionOf(house, 'better')
  const found: Left[] = []
  for (let i = 0; i < runs; i += 1) {
    const id = await launch(house, { environment: ENVIRONMENT, version: number })
    const client = new Watching(`http://127.0.0.1:${PORT + GATEWAYS['on-prem-1']}`, number)
    try {
      await until({ what: 'the candidate answers half of the calls', seconds: 120 }, async () => client.share > 0.3)
      const engineer = await house.as('engineer')
      const clicked = Date.now()
      client.clicked = performance.now()
      await engineer.post(`/api/v1/rollouts/${id}/return`, { reason: 'bench' }, z.unknown())
      await until({ what: 'only the live version answers', seconds: 60 }, async () => client.quietFor() > 1_000)
      found.push({ served: Math.max(0, client.last - client.clicked), counted: await countedAfter(house, id, clicked) })
      console.error(
        `${what} ${i + 1} of ${runs}: ${found.at(-1)?.served.toFixed(0)} ms served, ${found.at(-1)?.counted?.toFixed(0) ?? 'not'} counted`,
      )
    } finally {
      await client.stop()
    }
    await untilEnded(house, id, 90)
  }
  return found
}

/** Clocks of the database and of this process are the same machine's. */
async function countedAfter(house: House, id: string, clicked: number): Promise<number | null> {
  const row = await until({ what: 'the times of the return', seconds: 60 }, async () =>
    (await ledgerOf(house, id)).find((each) => each.event.kind === 'safe'),
  )
  return row.event.kind === 'safe' && row.event.times.counted !== null ? row.event.times.counted - clicked : null
}

/** Calls the endpoint without pause and notes when the candidate answered last. */
class Watching {
  clicked = Number.POSITIVE_INFINITY
  last = 0
  #stopped = false
  #recent: boolean[] = []
  readonly #pool: Pool
  readonly #workers: Promise<void>[]

  constructor(
    url: string,
    private readonly candidate: number,
  ) {
    this.#pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
    this.#workers = Array.from({ length: CONNECTIONS }, async () => {
      while (!this.#stopped) await this.#call()
    })
  }

  /** Of the last 50 answers, the candidate's. */
  get share(): number {
    return this.#recent.length < 50 ? 0 : this.#recent.filter(Boolean).length / this.#recent.length
  }

  quietFor(): number {
    return performance.now() - Math.max(this.last, this.clicked)
  }

  async #call(): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await this.#pool.request({
      path: `/${ENVIRONMENT}/v2/models/flight-delay/infer`,
      method: 'POST',
      headers,
      body: inferBody(),
    })
    await answer.body.dump()
    const own = String(answer.headers['x-model-version']) === String(this.candidate)
    if (own) this.last = performance.now()
    this.#recent = [...this.#recent.slice(-49), own]
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#workers)
    await this.#pool.close()
  }
}

/** A server that takes connections and never answers. */
function blackHole(): Promise<{ port: number; close(): void }> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          for (const socket of sockets) socket.destroy()
          server.close()
        },
      }),
    )
  })
}

/** Points the second cluster's API elsewhere; resolves to where it pointed. */
async function aim(house: House, adminUrl: string): Promise<string> {
  const { rows } = await house.database.query<{ was: string }>(
    `update cluster c set config = jsonb_set(c.config::jsonb, '{adminUrl}', to_jsonb($2::text)) from (select id, config from cluster where name = $1) old
     where c.id = old.id returning old.config ->> 'adminUrl' as was`,
    [BLACK_HOLED, adminUrl],
  )
  return rows[0].was
}

function lines(what: string, found: readonly Left[]): Result[] {
  const served = found.map((each) => each.served)
  const counted = found.flatMap((each) => each.counted ?? [])
  const result = (name: string, values: number[], q: number): Result[] => {
    if (values.length === 0) return []
    const value = [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * q) - 1)]
    const aimed = q === 0.95 ? { aim: `<= ${AIM_MS} ms`, ok: value <= AIM_MS } : {}
    return [{ name: `click to ${name}, p${q * 100}, n = ${values.length}, ${what}`, value, unit: 'ms', ...aimed }]
  }
  return [
    ...result('the candidate’s last answer', served, 0.5),
    ...result('the candidate’s last answer', served, 0.95),
    ...result('candidate counted as 0', counted, 0.5),
    ...result('candidate counted as 0', counted, 0.95),
  ]
}
