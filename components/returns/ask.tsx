'use client'

import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

interface AskProps {
  q: string
  environment: string
  /** As it was typed: "2026-11-21T02:00", UTC. */
  at: string
  wrong: string | null
  environments: { slug: string; name: string }[]
}

/** Which endpoints, and where to: a plain form, so that the address says what is shown. */
export function AskReturns({ q, environment, at, wrong, environments }: AskProps) {
  return (
    <form method="get" action="/endpoints/return" className="flex flex-wrap items-end gap-3 border-b p-4">
      <Field label="Model or environment">
        <Input name="q" defaultValue={q} maxLength={120} />
      </Field>
      <Field label="Environment">
        <Select name="environment" defaultValue={environment}>
          <option value="">all environments</option>
          {environments.map((each) => (
            <option key={each.slug} value={each.slug}>
              {each.slug}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="To the versions of (UTC)" hint="Empty: to the version before" error={wrong ?? undefined}>
        <Input type="datetime-local" name="at" defaultValue={at} />
      </Field>
      <Button type="submit">Show</Button>
    </form>
  )
}
