import type pg from 'pg'
import { inject } from 'vitest'
import { db, pool } from '@/lib/db'
import { required } from '@/lib/env'
import type { PrismaClient } from '@/lib/generated/prisma/client'

interface TestDatabase {
  /** The address the application uses: role `slipway_app`. */
  url: string
  /** The same database as its owner, who may change tables. */
  ownerUrl: string
  prisma: PrismaClient
  pool: pg.Pool
}

/**
 * The migrated, empty database of this test file: real Postgres, cloned from the run's template, dropped after the file. It is the
 * one that `lib/db` uses. Only in `*.int.test.ts`. Tests of one file share it: make what you need under fresh ids.
 */
export function testDatabase(): TestDatabase {
  const url = required('DATABASE_URL')
  const name = new URL(url).pathname.slice(1)
  return { url, ownerUrl: `${inject('postgres').owner}${name}`, prisma: db(), pool: pool() }
}
