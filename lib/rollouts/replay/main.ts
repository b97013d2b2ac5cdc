import { z } from 'zod'
import { closeDatabase, db } from '@/lib/db'
import { checkAll } from './check'
import { listRolloutIds } from './store'

/** Judges again what this database holds: every rollout, or those that are named. Exit code 1 when anything differs from what was written. */
async function main(args: readonly string[]): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const unknown = args.find((arg) => !z.uuid().safeParse(arg).success)
  if (unknown !== undefined) {
    say(`"${unknown}" is not a rollout's id. Say npm run replay, or npm run replay -- ID ...`)
    return 1
  }
  const all = await listRolloutIds(db())
  const missing = args.find((id) => !all.includes(id))
  if (missing !== undefined) {
    say(`There is no rollout ${missing} in this database.`)
    return 1
  }
  const ids = args.length > 0 ? args : all
  const good = await checkAll(ids, say)
  say(
    good
      ? `${ids.length} rollouts: everything is as it was written.`
      : `${ids.length} rollouts: something is NOT as it was written; see above.`,
  )
  return good ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
await closeDatabase()
