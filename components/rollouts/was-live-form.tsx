'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

/** The moment to look at, in UTC, so that two people who speak of it see the same. */
export function WasLiveForm({ environment, asked, shown }: { environment: string; asked: string; shown: string | null }) {
  const router = useRouter()
  const [at, setAt] = useState(() => (shown ?? asked).slice(0, 16))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    router.push(`/environments/${environment}/was-live${at ? `?at=${at}Z` : ''}`)
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <Field label="At, UTC">
        <Input type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} className="w-56" />
      </Field>
      <Button type="submit">Show</Button>
      <Button type="button" variant="link" onClick={() => router.push(`/environments/${environment}/was-live`)}>
        Now
      </Button>
    </form>
  )
}
