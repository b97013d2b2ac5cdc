import { whyUnreadable } from '@/lib/stored'
import type { ChainCheck } from '../ledger-chain'
import type { Replayed } from './replay'
import { replayVerdicts } from './replay'
import { readWhole, type WholeRecord } from './store'

const NODE = Number.parseInt(process.versions.node, 10)
/** Differences that are printed of one verdict; the others are counted. */
const PRINTED = 5

/** Checks the chains and judges again every verdict of these rollouts, and says per rollout what came out. True if all is as it was written. */
export async function checkAll(rolloutIds: readonly string[], say: (line: string) => void): Promise<boolean> {
  let good = true
  for (const id of rolloutIds) {
    const record = await readWhole(id).catch((error: unknown) => whyUnreadable('plan', error))
    if (typeof record === 'string') {
      say(`${id}  NOT judged: ${record}.`)
      good = false
      continue
    }
    if (!record) continue
    const replayed = replayVerdicts(record.rollout.plan, record.lines, record.inputs, NODE)
    for (const line of words(record, replayed)) say(line)
    good &&= isWhole(record.chain, replayed)
  }
  return good
}

/** True if nothing differs: no row, no verdict, and the record holds together. */
export function isWhole(chain: ChainCheck, { verdicts, broken }: Replayed): boolean {
  return chain.intact && broken === null && verdicts.every((verdict) => verdict.equal !== 'no')
}

function words({ rollout, chain }: WholeRecord, { verdicts, broken }: Replayed): string[] {
  const { plan, id } = rollout
  const version = (one: { number: number } | null) => (one ? `v${one.number}` : 'none')
  const name = `${id}  ${plan.endpoint.model} ${version(plan.from)} to ${version(plan.to)} in ${plan.endpoint.environment}`
  return [
    `${name}: ${verdictWords(verdicts)}; ${chainWords(chain)}`,
    ...chain.faults.map(({ says }) => `  ledger: ${says}`),
    ...(broken === null ? [] : [`  evidence: ${broken}`]),
    ...verdicts.filter((verdict) => verdict.equal === 'no').flatMap(differenceWords),
  ]
}

/** "12 verdicts equal bit for bit". */
export function verdictWords(verdicts: Replayed['verdicts']): string {
  const count = (equal: Replayed['verdicts'][number]['equal']) => verdicts.filter((verdict) => verdict.equal === equal).length
  if (verdicts.length === 0) return 'no verdict was written'
  const near = count('near') > 0 ? `, ${count('near')} within 1e-9` : ''
  const no = count('no') > 0 ? `, ${count('no')} DIFFER` : ''
  return `${count('bits')} of ${verdicts.length} verdicts equal bit for bit${near}${no}`
}

/** "ledger intact, 45 rows". */
export function chainWords({ intact, rows, faults }: ChainCheck): string {
  return intact ? `ledger intact, ${rows} rows` : `ledger NOT intact, ${faults.length} faults in ${rows} rows`
}

function differenceWords({ seq, slot, differences }: Replayed['verdicts'][number]): string[] {
  const where = `  row ${seq}, slot ${slot === null ? 'none' : new Date(slot).toISOString()}`
  const lines = differences
    .slice(0, PRINTED)
    .map(({ path, stored, again }) => `${where}: ${path} was ${JSON.stringify(stored)}, is ${JSON.stringify(again)}`)
  return differences.length > PRINTED ? [...lines, `${where}: ${differences.length - PRINTED} more`] : lines
}
