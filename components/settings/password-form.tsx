'use client'

import { type FormEvent, useState } from 'react'
import { enter } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, namesIn, refusalOf } from '@/components/ui/refusal'
import { changePasswordAction } from '@/lib/members/actions'

/** Changes one's own password and goes on with a new session. */
export function PasswordForm() {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    const password = String(typed.get('password'))
    setPending(true)
    const result = await reached(changePasswordAction({ current: String(typed.get('current')), password }))
    setRefusal(refusalOf(result, namesIn(form)))
    if (result.ok) await enter(result.value.email, password)
    else setPending(false)
  }
  return (
    <form onSubmit={submit} method="post" className="grid gap-3">
      {refusal.message ? <Banner>{refusal.message}</Banner> : null}
      <Field label="Present password" error={refusal.fields.current}>
        <Input name="current" type="password" autoComplete="current-password" required />
      </Field>
      <Field label="New password" hint="At least 12 characters." error={refusal.fields.password}>
        <Input name="password" type="password" autoComplete="new-password" required />
      </Field>
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Change the password
      </Button>
    </form>
  )
}
