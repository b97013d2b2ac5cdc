// Apart from the schema, so that a form that only offers them brings no zod into the browser.
export const TASKS = ['binary', 'multiclass', 'regression', 'other'] as const
/** How sensitive the data are that a model works on, least first. Restricted data stays on-prem. */
export const DATA_CLASSES = ['public', 'internal', 'restricted'] as const
export const RISKS = ['minimal', 'limited', 'high'] as const
/** How many segments a model can have: each is judged with its share of a gate's weight. */
export const MOST_SEGMENTS = 8
