'use client'

import { type FormEvent, type ReactNode, useRef, useState, useTransition } from 'react'
import type { Result } from '@/lib/errors'
import { Banner } from './banner'
import { Button } from './button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from './dialog'
import { useRefused } from './first-wrong'
import { reached } from './reached'
import { NO_REFUSAL, namesIn, type Refusal, refusalOf } from './refusal'

interface FormDialogProps<T> {
  /** The button that opens it. */
  trigger: ReactNode
  title: string
  description?: string
  /** What one must know before one fills it in. */
  warning?: ReactNode
  /** The main button's words. */
  action: string
  /** The address asks for the form itself. */
  defaultOpen?: boolean
  send: (typed: FormData) => Promise<Result<T>>
  onDone?: (value: T) => void
  /** What then stands in the form's place, and is shown this once; left out or null: the dialog closes. */
  answer?: (value: T) => ReactNode
  /** The fields, with what was refused of each by its name. */
  children: (fields: Refusal['fields']) => ReactNode
}

/** A form in a dialog: it closes when the server has done it, unless there is an answer to show; refused, it stays, with what was typed and why. */
export function FormDialog<T>(props: FormDialogProps<T>) {
  const { trigger, title, description, warning, action, defaultOpen = false, send, onDone, answer, children } = props
  const [open, setOpen] = useState(defaultOpen)
  const [answered, setAnswered] = useState<ReactNode>(null)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const formRef = useRef<HTMLFormElement>(null)
  useRefused(formRef, refusal)
  const change = (next: boolean) => {
    setOpen(next)
    setAnswered(null)
    setRefusal(NO_REFUSAL)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    start(async () => {
      const result = await reached(send(typed))
      setRefusal(refusalOf(result, namesIn(form)))
      if (!result.ok) return
      const said = answer?.(result.value) ?? null
      setAnswered(said)
      if (said === null) setOpen(false)
      onDone?.(result.value)
    })
  }
  return (
    <Dialog open={open} onOpenChange={change}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent title={title} description={description}>
        {answered ? null : warning}
        {answered ?? (
          <form ref={formRef} onSubmit={submit} className="grid gap-3">
            {refusal.message ? <Banner>{refusal.message}</Banner> : null}
            {children(refusal.fields)}
            <DialogActions>
              <Button type="submit" variant="primary" pending={pending}>
                {action}
              </Button>
            </DialogActions>
          </form>
        )}
      </DialogContent>
    </Dialog>
  )
}
