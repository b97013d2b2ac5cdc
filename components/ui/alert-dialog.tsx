'use client'

import { AlertDialog as Radix } from 'radix-ui'
import { type ReactNode, useState, useTransition } from 'react'
import { Button, type ButtonProps } from './button'
import { overlayClass, panelClass } from './dialog'
import { Field } from './field'
import { Input } from './input'

interface ConfirmProps {
  /** The button that opens it. */
  trigger?: ReactNode
  /** In place of a trigger: what holds a `ConfirmTrigger` somewhere, for a question that must stay open when its button moves. */
  around?: ReactNode
  /** Verb and object, as a question or a name: "Return flight-delay to v1". */
  title: string
  /** What will happen, and what will not. */
  description: ReactNode
  /** The verb and object again. */
  action: string
  variant?: ButtonProps['variant']
  /** For what is production-wide and stops users: this name must be typed first. Never before a return. */
  typed?: string
  /** Resolves to a refusal that is shown in place, or nothing when it is done. */
  onConfirm: () => Promise<string | undefined>
  children?: ReactNode
}

/** The button in what `around` holds. */
export const ConfirmTrigger = Radix.Trigger

/** The second of two clicks: named verb and object. Cancel has the focus; a refusal is shown in place. */
export function Confirm({ trigger, around, title, description, action, variant = 'primary', typed, onConfirm, children }: ConfirmProps) {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const [name, setName] = useState('')
  const [pending, start] = useTransition()
  const confirm = () =>
    start(async () => {
      const refused = await onConfirm()
      setRefusal(refused)
      if (!refused) setOpen(false)
    })
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setRefusal(undefined)
        setName('')
      }}
    >
      {around ?? <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className={overlayClass} />
        <Radix.Content className={panelClass}>
          <Radix.Title className="font-semibold text-lg">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="grid gap-2 text-muted">{description}</div>
          </Radix.Description>
          {children}
          {typed ? (
            <Field label={`Type ${typed} to go on`}>
              <Input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" spellCheck={false} />
            </Field>
          ) : null}
          <p role="status" className="text-fail text-sm empty:hidden">
            {refusal}
          </p>
          <div className="mt-1 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
            <Radix.Cancel asChild>
              <Button>Cancel</Button>
            </Radix.Cancel>
            <Button variant={variant} pending={pending} disabled={typed !== undefined && name.trim() !== typed} onClick={confirm}>
              {action}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
