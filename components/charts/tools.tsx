'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ScrollBox } from '@/components/ui/scroll-box'
import { type ChartSpec, columns } from './spec'

const ROWS_MAX = 200

/** The chart as a table, and as a CSV file. */
export function ChartTools({ spec }: { spec: ChartSpec }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="mt-1">
      <div className="flex gap-1">
        <Button
          variant="ghost"
          size="sm"
          className="text-muted"
          aria-expanded={open}
          aria-label={`Table of ${spec.title}`}
          onClick={() => setOpen(!open)}
        >
          Table
        </Button>
        <Button variant="ghost" size="sm" className="text-muted" aria-label={`CSV of ${spec.title}`} onClick={() => download(spec)}>
          CSV
        </Button>
      </div>
      {open ? <DataTable spec={spec} /> : null}
    </div>
  )
}

function DataTable({ spec }: { spec: ChartSpec }) {
  const shown = spec.at.map((_, i) => i).reverse()
  const table = columns(spec)
  return (
    <ScrollBox label={`Table of ${spec.title}`} className="max-h-72">
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-surface">
          <tr>
            {table.map((column) => (
              <th key={column.label} scope="col" className="whitespace-nowrap border-b px-2 py-1 text-left font-medium text-muted">
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, ROWS_MAX).map((i) => (
            <tr key={spec.at[i]} className="border-b last:border-b-0">
              {table.map((column) => (
                <td key={column.label} className="whitespace-nowrap px-2 py-0.5">
                  {column.cell(i)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length > ROWS_MAX ? (
        <p className="p-2 text-muted text-sm">
          The newest {ROWS_MAX} of {shown.length} points; the CSV holds all.
        </p>
      ) : null}
    </ScrollBox>
  )
}

function download(spec: ChartSpec) {
  const table = columns(spec)
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = [table.map((column) => quote(column.label)), ...spec.at.map((_, i) => table.map((column) => quote(column.raw(i))))]
  const url = URL.createObjectURL(new Blob([`${lines.map((line) => line.join(',')).join('\n')}\n`], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${spec.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
