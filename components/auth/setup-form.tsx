'use client'

import { type FormEvent, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, namesIn, refusalOf } from '@/components/ui/refusal'
import { makeFirstAdminAction } from '@/lib/members/actions'
import { enter } from './enter'

const FIELDS = [
  {
    name: 'code',
    label: 'One-time code',
    type: 'text',
    complete: 'one-time-code',
    hint: 'As printed in the terminal, such as ABCD-EFGH-JKLM.',
  },
  { name: 'name', label: 'Your name', type: 'text', complete: 'name', hint: undefined },
  { name: 'email', label: 'Email', type: 'email', complete: 'username', hint: 'You sign in with it; nothing is sent there.' },
  { name: 'password', label: 'Password', type: 'password', complete: 'new-password', hint: 'At least 12 characters.' },
  {
    name: 'team',
    label: 'Name of your first team',
    type: 'text',
    complete: 'organization',
    hint: 'A team owns models and their endpoints.',
  },
] as const

/** Makes the first admin and goes in. */
export function SetupForm() {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const input = Object.fromEntries(new FormData(form))
    setPending(true)
    const result = await reached(makeFirstAdminAction(input))
    setRefusal(refusalOf(result, namesIn(form)))
    if (result.ok) await enter(result.value.email, String(input.password))
    else setPending(false)
  }
  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      {refusal.message ? <Banner>{refusal.message}</Banner> : null}
      {FIELDS.map(({ name, label, type, complete, hint }) => (
        <Field key={name} label={label} hint={hint} error={refusal.fields[name]}>
          <Input name={name} type={type} autoComplete={complete} required className="h-11" />
        </Field>
      ))}
      <p className="text-muted text-sm">
        You get the roles admin, engineer, approver and sre, so that one person can begin. Nobody can approve a plan of their own: where a
        policy asks for approval, invite a second person.
      </p>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Make the first admin
      </Button>
    </form>
  )
}
