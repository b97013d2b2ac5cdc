'use client'

import { type FormEvent, useState } from 'react'
import { enter, NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { changePasswordAction } from '@/lib/members/actions'

/** Changes one's own password and goes on with a new session. */
export function PasswordForm() {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const password = String(form.get('password'))
    setPending(true)
    const result = await changePasswordAction({ current: String(form.get('current')), password })
    setRefusal(refusalOf(result))
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
