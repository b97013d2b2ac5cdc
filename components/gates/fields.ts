import type { Gate } from '@/lib/rollouts/schema'

export type Metric = Gate['metric']

/** One field of a gate as a form asks for it. */
export interface GateField {
  field: string
  label: string
  /** One short line. */
  hint?: string
  /** How it is typed. `percent` stands for a share of 0 to 1, `percents` for several; `lines` are names, one a line; a `flag` is yes or no. */
  kind: 'number' | 'percent' | 'percents' | 'lines' | 'text' | 'choice' | 'flag'
  /** Of a choice: what each value means. */
  choices?: Record<string, string>
  /** Empty means that it is left out. */
  optional?: boolean
  /** Where it stands where two fit beside each other: over both, or first in a row. */
  place?: 'both' | 'first'
  /** Asked for only then; what it holds stays. */
  when?: (texts: Record<string, string>) => boolean
}

const WAITS: GateField = { field: 'required', label: 'Each step waits until it is proven', kind: 'flag' }

/** Bounds on odds against live: the same for every gate on outcomes of its own. */
const ODDS: GateField[] = [
  { field: 'tolerance', label: 'Tolerated odds, times live', hint: 'Returns when proven above.', kind: 'number', place: 'first' },
  { field: 'limit', label: 'Limit at 100 %, times live', hint: 'Goes on when proven below; smaller steps allow more.', kind: 'number' },
  WAITS,
]

/** What each kind of gate asks for, beside what every gate has: what it does without data, and whether it is a dry run. */
export const GATE_FIELDS: Record<Metric, readonly GateField[]> = {
  errors: [
    { field: 'tolerance', label: 'Tolerated, times live', hint: 'Returns when proven above.', kind: 'number' },
    { field: 'limit', label: 'Limit at 100 %, times live', hint: 'Goes on when proven below; smaller steps allow more.', kind: 'number' },
    { field: 'floor', label: 'Too few to count, % of requests', hint: 'Never returns below this share of errors.', kind: 'percent' },
    {
      field: 'ceiling',
      label: 'Fine up to, times the reference',
      hint: 'Or goes on below this many times live’s frozen rate.',
      kind: 'number',
    },
  ],
  latency: [
    { field: 'quantiles', label: 'Quantiles, %', hint: 'One to three: 95 is p95.', kind: 'percents' },
    { field: 'floorMs', label: 'Too little to count, ms', hint: 'Differences below it are none.', kind: 'number' },
  ],
  accuracy: [
    { field: 'tolerancePoints', label: 'Tolerated loss, points', hint: 'Returns when proven to lose more.', kind: 'number' },
    { field: 'limitPoints', label: 'Limit, points', hint: 'Goes on when proven to lose less.', kind: 'number' },
    WAITS,
  ],
  quality: [
    {
      field: 'kind',
      label: 'What counts',
      kind: 'choice',
      choices: {
        recall: 'missed positives (recall)',
        'off-by': 'predictions that are off (regression)',
        brier: 'Brier score of the probability',
      },
    },
    {
      field: 'threshold',
      label: 'Off by more than',
      hint: 'In the unit of the label.',
      kind: 'number',
      optional: true,
      when: ({ kind }) => kind === 'off-by',
    },
    ...ODDS,
  ],
  business: [
    { field: 'name', label: 'Name of the metric', hint: 'As your system sends it, such as basket_value.', kind: 'text', place: 'both' },
    {
      field: 'bad',
      label: 'A request is bad when it is',
      kind: 'choice',
      choices: { below: 'below the threshold', above: 'above the threshold' },
    },
    { field: 'threshold', label: 'Threshold', hint: 'In the unit of the metric.', kind: 'number' },
    ...ODDS,
  ],
  drift: [
    {
      field: 'ratio',
      label: 'Tolerated difference, times',
      hint: 'Holds when a share of an input is shown to differ by more.',
      kind: 'number',
    },
    { field: 'maxDistance', label: 'Alike within, %', hint: 'Shown to be alike when no share can differ by more.', kind: 'percent' },
    {
      field: 'features',
      label: 'Features, one a line',
      hint: 'At most 16. Empty: the model’s first 16.',
      kind: 'lines',
      optional: true,
      place: 'both',
    },
    { ...WAITS, label: 'Each step waits until inputs are shown to be alike' },
  ],
  objective: [{ field: 'max', label: 'Errors at most, % of requests', hint: 'A fixed number, whatever live does.', kind: 'percent' }],
  'accuracy-floor': [{ field: 'min', label: 'Accuracy at least, %', hint: 'A fixed number, whatever live does.', kind: 'percent' }],
}
