'use client'

import { cloneElement, type ReactElement, type ReactNode, useId } from 'react'
import { cn } from './cn'
import { Label } from './label'

interface ControlProps {
  id?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}

interface FieldProps {
  label: ReactNode
  /** What would be right, before anything is wrong. */
  hint?: ReactNode
  /** What is wrong, where and what would be right; it is tied to the control. */
  error?: string | undefined
  /** Marks a value that differs from its default. */
  changed?: boolean
  className?: string
  /** One Input, Select or Textarea. */
  children: ReactElement<ControlProps>
}

/** A control with its label, hint and error, tied together for screen readers. */
export function Field({ label, hint, error, changed = false, className, children }: FieldProps) {
  const made = useId()
  const id = children.props.id ?? made
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  const control = cloneElement(children, {
    id,
    ...(described ? { 'aria-describedby': described } : {}),
    ...(error ? { 'aria-invalid': true } : {}),
  })
  return (
    <div className={cn('grid content-start gap-1', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <Label htmlFor={id}>{label}</Label>
        {changed ? <span className="text-link text-xs">changed</span> : null}
      </div>
      {control}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="text-fail text-sm">
          {error}
        </p>
      ) : null}
    </div>
  )
}
