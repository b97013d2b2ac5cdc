'use client'

import { type FormEvent, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, refusalOf } from '@/components/ui/refusal'
import { setPasswordAction } from '@/lib/members/actions'
import { enter } from './enter'

/** Sets the password by the code in the address and goes in. */
export function SetPasswordForm() {
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    setPending(true)
    const result = await reached(setPasswordAction({ code: window.location.hash.slice(1), password }))
    setRefusal(refusalOf(result, ['code', 'password']))
    if (result.ok) await enter(result.value.email, password)
    else setPending(false)
  }
  const wrong = refusal.message ?? refusal.fields.code
  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      {wrong ? <Banner>{wrong}</Banner> : null}
      <Field label="New password" hint="At least 12 characters. A sentence is easy to remember." error={refusal.fields.password}>
        <Input name="password" type="password" autoComplete="new-password" required className="h-11" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Set the password and sign in
      </Button>
    </form>
  )
}
