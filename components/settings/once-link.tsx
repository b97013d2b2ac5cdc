'use client'

import { CodeBlock } from '@/components/ui/code-block'

/** A one-time link, whole, to be copied now. */
export function OnceLink({ link, who }: { link: string; who: string }) {
  const whole = typeof window === 'undefined' ? link : new URL(link, window.location.origin).href
  return (
    <div className="grid gap-2">
      <p className="text-muted text-sm">Hand it to {who}. It is shown only now, works once, and for three days.</p>
      <CodeBlock code={whole} what={`link for ${who}`} />
    </div>
  )
}
