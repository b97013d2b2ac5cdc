import type { AuditTarget } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { endpointName } from './store'

/** An endpoint as the trail names it, with the few facts that matter. */
export async function endpointTarget(tx: Tx, id: string, detail: AuditTarget['detail']): Promise<AuditTarget> {
  return { kind: 'endpoint', id, name: await endpointName(tx, id), detail }
}
