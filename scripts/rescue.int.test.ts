import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { inferBody } from '@/lib/serving/testing/wish'
import { freeRun } from './free-port.mjs'
import { House } from './house/house'
import { endpointIn, launch, MODEL, setPolicy, untilEnded, untilServed, versionOf } from './house/rollouts'
import { until } from './house/wait'
import { stillRuns } from './start/process-id.mjs'

const ENVIRONMENT = 'prod-hybrid'
const NAME = `${ENVIRONMENT}/${MODEL}`
/** Half of the traffic for as long as the test needs it. */
const POLICY = {
  approvals: 0,
  alias: null,
  steps: [5_000, 10_000],
  gates: [{ metric: 'errors' as const, floor: 0.2 }],
  pace: { burnIn: 300, minDwell: 600, maxDwell: 3_600, watch: 0, warmth: 600 },
}
const Takeovers = z.object({ items: z.array(z.object({ kind: z.string(), by: z.string().nullable(), routed: z.number().nullable() })) })

interface Said {
  code: number
  out: string
}

/** `npm run rescue -- ...`, with nothing but the data folder to go by. */
function rescue(dataDir: string, ...args: string[]): Promise<Said> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' as const, SLIPWAY_DATA_DIR: dataDir }
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/rescue.mjs', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` }),
    )
  })
}

/** Which versions answer the next `n` calls. */
async function answers(port: number, n: number): Promise<Set<string | null>> {
  const seen = new Set<string | null>()
  for (let i = 0; i < n; i += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/${ENVIRONMENT}/v2/models/${MODEL}/infer`, { method: 'POST', body: inferBody() })
    await answer.text()
    seen.add(answer.headers.get('x-model-version'))
  }
  return seen
}

/** Web and database are dead and stay so: who would start them again stands still meanwhile. */
async function killWebAndDatabase(house: House): Promise<{ goOn(): void }> {
  const file = path.join(house.dataDir, 'supervisor.json')
  const { pid, children } = JSON.parse(readFileSync(file, 'utf8')) as {
    pid: number
    children: { name: string; pid: number; start: string }[]
  }
  process.kill(pid, 'SIGSTOP')
  const dead = children.filter((child) => child.name === 'web' || child.name === 'postgres' || child.name === 'traffic')
  const server = house.pid('postgres')
  for (const child of dead) process.kill(child.pid, 'SIGKILL')
  if (server) process.kill(server, 'SIGKILL')
  await until({ what: 'web and database are dead', seconds: 30 }, async () => !dead.some(stillRuns) && house.pid('postgres') === undefined)
  return { goOn: () => process.kill(pid, 'SIGCONT') }
}

test('with web and database dead, a rescue returns an endpoint by the data folder alone; afterwards a person adopts it', {
  timeout: 900_000,
}, async () => {
  const port = await freeRun()
  const house = await House.start(port)
  // Of the first wave's cluster.
  const gateway = port + 10
  try {
    await untilServed(house)
    await setPolicy(house, ENVIRONMENT, POLICY)
    const { live, id: endpointId } = await endpointIn(house, ENVIRONMENT)
    const next = await versionOf(house, 'better')
    const id = await launch(house, { environment: ENVIRONMENT, version: next.number })
    await until({ what: 'both versions answer', seconds: 120 }, async () => (await answers(gateway, 40)).size === 2)
    await until({ what: 'the book knows', seconds: 60 }, async () =>
      (await rescue(house.dataDir, 'list')).out.includes(`v${next.number} 50 %`),
    )

    const { goOn } = await killWebAndDatabase(house)
    try {
      expect(await rescue(house.dataDir, 'return', MODEL)).toMatchObject({ code: 1, out: expect.stringContaining('several environments') })
      expect(await rescue(house.dataDir, 'return', NAME, '--to', String(next.number))).toMatchObject({
        code: 1,
        out: expect.stringContaining('was never promoted'),
      })
      expect(await rescue(house.dataDir, 'return', NAME)).toMatchObject({ code: 0, out: expect.stringContaining('has all traffic') })
      expect([...(await answers(gateway, 60))]).toEqual([String(live)])
      expect((await rescue(house.dataDir, 'list')).out).toContain(`v${live} 100 %`)
    } finally {
      goOn()
    }
    await house.ready(180)

    const sre = await house.as('sre')
    const seen = await until({ what: 'the engine says that it was rescued', seconds: 90 }, async () => {
      const { items } = await sre.get(`/api/v1/endpoints/${endpointId}/takeover`, Takeovers)
      return items[0]
    })
    expect(seen).toMatchObject({ kind: 'rescue', by: os.userInfo().username, routed: live })
    expect([...(await answers(gateway, 60))]).toEqual([String(live)])
    await sre.post(`/api/v1/endpoints/${endpointId}/takeover/adopt`, { reason: 'it was right' }, z.unknown())
    expect(await untilEnded(house, id, 90)).toBe('aborted')
    expect([...(await answers(gateway, 60))]).toEqual([String(live)])
    const { rows } = await house.database.query<{ detail: { by: string; kind: string } }>(
      `select detail from audit where verb = 'endpoint.adopt' and target_id = $1`,
      [endpointId],
    )
    expect(rows).toMatchObject([{ detail: { kind: 'rescue', by: os.userInfo().username } }])
  } finally {
    await house.stop()
  }
})
