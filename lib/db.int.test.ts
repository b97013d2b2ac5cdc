import { describe, expect, it } from 'vitest'
import { makeHouse } from './approvals/house.fixture'
import { db, pool } from './db'

/** The warnings that Node gives while something runs. */
async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
  const given: string[] = []
  const keep = (warning: Error) => given.push(warning.message)
  process.on('warning', keep)
  await run()
  // Warnings are given on a later tick.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', keep)
  return given
}

describe('queries on one connection', () => {
  it('that Prisma or we send side by side in a transaction go one after another, so that pg does not warn of its queue', async () => {
    const { environmentId } = await makeHouse()
    const seen = await warningsOf(() =>
      db().$transaction(async (tx) => {
        const include = { policies: true, clusters: true, endpoints: { include: { model: true, clusters: true } } }
        const environment = await tx.environment.findUniqueOrThrow({ where: { id: environmentId }, include })
        expect(environment).toMatchObject({ policies: [{ version: 1 }], clusters: [{ wave: 0 }], endpoints: [{ environmentId }] })
        const counts = await Promise.all([tx.environment.count(), tx.cluster.count(), tx.model.count()])
        expect(counts).toEqual([1, 1, 1])
      }),
    )
    expect(seen).toEqual([])
  })

  it('go on after one that failed, and each gets its own answer', async () => {
    const client = await pool().connect()
    try {
      const answers = await Promise.allSettled([
        client.query('select 1 as n'),
        client.query('select nothing from nowhere'),
        client.query('select 2 as n'),
      ])
      expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows[0].n : 'refused'))).toEqual([1, 'refused', 2])
    } finally {
      client.release()
    }
  })
})
