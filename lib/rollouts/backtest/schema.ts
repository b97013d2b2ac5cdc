/** A back-test as people read it: one sentence per gate; `fired`: the gate would have returned the live version at least once. */
export interface BacktestView {
  /** What it rests on, or why there is nothing to say. */
  sentence: string
  gates: { metric: string; fired: boolean; sentence: string }[]
}
