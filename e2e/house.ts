import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { tokenFrom } from '@/lib/tokens/secret'
import { type Client, signIn } from '@/scripts/house/client'
import type { ExampleRole } from './fixtures'

/** Where the journeys' Slipway is reached. */
export const ADDRESS = `http://127.0.0.1:${process.env.SLIPWAY_E2E_PORT ?? 3400}`

function fromData<S extends z.ZodType>(name: string, shape: S): z.output<S> {
  return shape.parse(JSON.parse(readFileSync(path.join(process.env.SLIPWAY_E2E_DATA ?? '', name), 'utf8')))
}

const Accounts = z.array(z.object({ role: z.string(), email: z.string(), password: z.string() }))
const Keys = z.object({ traffic: z.string(), database: z.object({ owner: z.string() }) })
const clients = new Map<ExampleRole, Promise<Client>>()

/** The API as a person of the example has it, signed in once. */
export function rest(role: ExampleRole): Promise<Client> {
  const known = clients.get(role)
  if (known) return known
  const account = fromData('example-accounts.json', Accounts).find((each) => each.role === role)
  if (!account) throw new Error(`The example workspace has no account for ${role}.`)
  const client = signIn(ADDRESS, account.email, account.password)
  clients.set(role, client)
  return client
}

/** The engineer's CI token, which the traffic process uses too. */
export function ciToken(): string {
  return tokenFrom(fromData('keys.json', Keys).traffic)
}

/** Asks the house's own database, as its owner: for what no door lets anyone do, such as moving a token's end into the past. */
export async function inDatabase(sql: string, values: unknown[]): Promise<void> {
  const { port } = fromData('postgres.json', z.object({ port: z.number() }))
  const password = encodeURIComponent(fromData('keys.json', Keys).database.owner)
  const client = new pg.Client({ connectionString: `postgresql://slipway_owner:${password}@127.0.0.1:${port}/slipway` })
  await client.connect()
  try {
    await client.query(sql, values)
  } finally {
    await client.end()
  }
}
