import { expect, test } from 'vitest'
import { db } from '@/lib/db'
import { TOLD_KINDS } from './notices'

test('the ledger’s index of what is told names exactly the kinds that notices are made of', async () => {
  const [row] = await db().$queryRaw<
    { definition: string }[]
  >`select indexdef as definition from pg_indexes where indexname = 'ledger_told'`
  const named = [...row.definition.matchAll(/'([a-z-]+)'/g)].map(([, kind]) => kind)
  expect(named.sort()).toEqual([...TOLD_KINDS].sort())
})
