import type { Pool, PoolClient } from 'pg'

/** Postgres found no partition for a row. */
const NO_PARTITION = '23514'

/** Makes the partitions that cover a span of time (ms since epoch). */
export async function ensurePartitions(client: Pool | PoolClient, lowMs: number, highMs: number): Promise<void> {
  await client.query('select telemetry.ensure_partitions(to_timestamp($1 / 1000.0), to_timestamp($2 / 1000.0))', [lowMs, highMs])
}

/** Runs a transaction on hot tables; when a row finds no partition, makes those of the span and runs it once more. */
export async function withPartitions<T>(pool: Pool, span: [number, number], work: (client: PoolClient) => Promise<T>): Promise<T> {
  try {
    return await transaction(pool, work)
  } catch (error) {
    if (!isNoPartition(error)) throw error
    await ensurePartitions(pool, span[0], span[1])
    return await transaction(pool, work)
  }
}

function isNoPartition(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NO_PARTITION && error.message.includes('no partition of relation')
}

async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const value = await work(client)
    await client.query('commit')
    client.release()
    return value
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    )
    throw error
  }
}
