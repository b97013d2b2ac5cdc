import type { Siege } from './siege'

/** One flush: sent every 2 s, and what comes in while it is on its way; at the example's 200 requests a second over all gateways, which are one process. */
const LOST_PER_GATEWAY_KILL = 2.5 * 200

/** What is not as it would be had nothing been killed; empty: all is. `better`: the version that was rolled out. */
export function faultsOf(siege: Siege, traffic: { answered: number; counted: number }, better: number): string[] {
  const each = siege.rollouts.flatMap((it, i) => {
    const faults: string[] = []
    const must = (holds: boolean, what: string) => holds || faults.push(`rollout ${i + 1}: ${what}`)
    must(it.phase === 'promoted', `ended as ${it.phase}: ${it.headline}`)
    must(it.live === better, `version ${it.live} is live`)
    must(it.alias === better, `champion is version ${it.alias}`)
    must(it.aliasMoves === 1, `the alias was moved ${it.aliasMoves} times`)
    must(
      it.seqs.every((seq, at) => seq === at + 1),
      `the ledger's numbers are ${it.seqs.join(' ')}`,
    )
    must(it.repeatedSteps === 0, `${it.repeatedSteps} steps were taken twice`)
    must(it.inflatedRows === 0, `${it.inflatedRows} rows of evidence hold more than was counted`)
    must(it.missingSlots === 0, `${it.missingSlots} slots have no evidence`)
    for (const [cluster, versions] of Object.entries(it.answeredBy))
      must(
        Object.keys(versions).every((version) => version === String(better)),
        `${cluster} answered by ${JSON.stringify(versions)}`,
      )
    return faults
  })
  const lost = traffic.answered - traffic.counted
  const allowed = siege.kills.cluster * LOST_PER_GATEWAY_KILL
  if (lost > allowed) each.push(`${lost} answered requests were never counted, more than a flush for each of ${siege.kills.cluster} kills`)
  return each
}
