import { type RefObject, useEffect } from 'react'
import type { Refusal } from './refusal'

/** Whenever other things are wrong with a form, its first field that is wrong gets the focus. */
export function useFirstWrong(form: RefObject<HTMLFormElement | null>, errors: Readonly<Record<string, string>>): void {
  useEffect(() => {
    if (Object.keys(errors).length > 0) focusFirstWrong(form.current)
  }, [form, errors])
}

/** Whenever the server refuses a form, what it says comes into sight: its first field that is wrong gets the focus, else the banner over it is scrolled to. */
export function useRefused(form: RefObject<HTMLFormElement | null>, refusal: Refusal): void {
  useEffect(() => {
    if (refusal.message) form.current?.querySelector('[role=status]')?.scrollIntoView({ block: 'nearest' })
    if (Object.keys(refusal.fields).length > 0) focusFirstWrong(form.current)
  }, [form, refusal])
}

/** Moves the focus to the first field that is wrong, which may be out of sight: what is folded around it is opened. */
function focusFirstWrong(form: HTMLElement | null): void {
  const field = form?.querySelector<HTMLElement>('[aria-invalid]')
  for (let around = field?.closest('details'); around; around = around.parentElement?.closest('details')) around.open = true
  field?.focus()
}
