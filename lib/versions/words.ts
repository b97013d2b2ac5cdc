// Apart from the schema, so that a form that only offers them brings no zod into the browser.
export const DOCUMENT_KINDS = ['card', 'report'] as const
export const DOCUMENT_MAX = 200_000
