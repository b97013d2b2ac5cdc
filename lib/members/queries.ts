import { db } from '@/lib/db'

/** True while nobody is a member yet: then only the first-admin page is open. */
export async function setupPending(): Promise<boolean> {
  return (await db().member.count({ take: 1 })) === 0
}
