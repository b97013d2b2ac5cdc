import type { Result } from '@/lib/errors'

export interface Refusal {
  message: string | null
  fields: Record<string, string>
}

export const NO_REFUSAL: Refusal = { message: null, fields: {} }

/**
 * A refusal as a form shows it. `shown`: the fields that the form has a place for; what belongs to one of them, or to a part of one, stands there. All else
 * stands above the form, by the name of its field, so that no refusal goes unseen.
 */
export function refusalOf<T>(result: Result<T>, shown: readonly string[]): Refusal {
  if (result.ok) return NO_REFUSAL
  const { message, fields = [] } = result.problem
  const isShown = (path: string) => shown.some((name) => path === name || path.startsWith(`${name}.`))
  const unseen = fields
    .filter(({ path }) => !isShown(path))
    .map((field) => (field.path ? `${field.path}: ${field.message}` : field.message))
  return {
    message: fields.length === 0 ? message : unseen.join(' ') || null,
    fields: Object.fromEntries(fields.map((field) => [field.path, field.message])),
  }
}

/** The names of a form's controls and field sets: each shows what is wrong with it. */
export function namesIn(form: HTMLFormElement): string[] {
  return [...form.elements].flatMap((control) => control.getAttribute('name') || [])
}
