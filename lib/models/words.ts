// Apart from the schema, so that a form that only offers them brings no zod into the browser.
export const TASKS = ['binary', 'multiclass', 'regression', 'other'] as const
export const DATA_CLASSES = ['public', 'internal', 'personal', 'sensitive'] as const
export const RISKS = ['minimal', 'limited', 'high'] as const
