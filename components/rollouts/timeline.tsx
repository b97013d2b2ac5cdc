'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { TimelineLine } from '@/lib/rollouts/view-schema'

const FIRST = 12

/** What happened, newest first: when, who or what, what, and because of what. Numbers and method stand behind "explain". */
export function Timeline({ lines }: { lines: TimelineLine[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? lines : lines.slice(0, FIRST)
  if (lines.length === 0) return <p className="p-4 text-muted">Nothing has happened yet.</p>
  return (
    <div className="grid gap-3 p-4">
      <ol className="grid gap-3">
        {shown.map((line) => (
          <li key={line.seq} className="grid items-baseline gap-x-4 sm:grid-cols-[7rem_minmax(0,1fr)]">
            <RelativeTime at={line.at} className="justify-self-start text-muted text-sm" />
            <div className="min-w-0">
              <p>
                <span className="text-muted">{line.who}:</span> {line.what}
                {line.because ? <span className="text-muted">, because {line.because}</span> : null}
              </p>
              {line.explain.length > 0 ? <Explain rows={line.explain} /> : null}
            </div>
          </li>
        ))}
      </ol>
      {lines.length > FIRST ? (
        <Button size="sm" className="justify-self-start" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show the newest only' : `Show all ${lines.length} lines`}
        </Button>
      ) : null}
    </div>
  )
}

/** Odds, method and numbers, for who asks. */
export function Explain({ rows }: { rows: TimelineLine['explain'] }) {
  return (
    <details className="text-sm">
      <summary className="w-fit min-h-6 text-link">explain</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 rounded-md bg-sunken p-2">
        {rows.map((row) => (
          <div key={row.label} className="contents">
            <dt className="text-muted">{row.label}</dt>
            <dd className="break-words tabular-nums">{row.value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
