'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, type ButtonProps } from './button'

interface CopyButtonProps extends Pick<ButtonProps, 'variant' | 'size' | 'className'> {
  text: string
  /** What is copied, for the accessible name: "digest". */
  what: string
  /** Words on the button; without, only the icon. */
  children?: string
}

/** Copies a text and says that it did. */
export function CopyButton({ text, what, children, variant = 'ghost', size = children ? 'sm' : 'icon-sm', className }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2_000)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => setState((await write(text)) ? 'copied' : 'failed')
  return (
    <Button variant={variant} size={size} className={className} onClick={copy} aria-label={`Copy ${what}`}>
      {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
      {children}
      <span role="status" className="sr-only">
        {state === 'copied' ? `${what} copied` : state === 'failed' ? 'Copying failed: select the text and copy it by hand' : ''}
      </span>
    </Button>
  )
}

/** The clipboard needs a secure page; over plain http on another host a hidden text field does it. */
async function write(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      return false
    }
  }
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}
