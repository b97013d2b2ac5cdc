import type { GateBacktest } from './backtest'
import type { BacktestView } from './schema'

type Trials = NonNullable<GateBacktest['alone']>

/** What the trials say, per gate. `hours`: how much of the live version's past there was. */
export function backtestWords(found: readonly GateBacktest[], live: number, hours: number): BacktestView {
  const trials = Math.max(0, ...found.map((one) => one.alone?.trials ?? 0))
  if (trials === 0)
    return { sentence: `Version ${live} has too little past here to try the gates on: an hour and a half of traffic is needed.`, gates: [] }
  const span = hours >= 48 ? `${Math.round(hours / 24)} days` : `${Math.round(hours)} hours`
  return {
    sentence: `Each gate tried on version ${live} itself, as if it were the candidate: ${trials} half hours out of its last ${span}.`,
    gates: found.map((one) => ({ metric: one.metric, fired: fired(one.beside) || fired(one.alone), sentence: gateWords(one) })),
  }
}

function fired(trials: Trials | null): boolean {
  return trials !== null && trials.fired > 0
}

function gateWords({ beside, alone }: GateBacktest): string {
  if (!alone || alone.trials === 0) return 'not tried: its counts are not kept for a week'
  const times = ({ fired: n, trials }: Trials) =>
    n === 0 ? `would not have fired in ${trials}` : `would have fired ${n} of ${trials} times`
  if (!beside) return times(alone)
  return `side by side ${times(beside)}; alone against the hour before, as after 100 %, ${times(alone)}`
}
