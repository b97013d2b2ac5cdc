'use client'

import { type FormEvent, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { signIn } from '@/lib/auth/client'

/** Email and password. A refusal stays on the page, in words. */
export function SignInForm({ next }: { next: string }) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setPending(true)
    const refused = await signIn('credentials', { email: String(form.get('email')), password: String(form.get('password')) })
    setRefusal(refused)
    // A whole page load: nothing that was read without the session may stay in memory.
    if (refused === null) window.location.assign(next)
    else setPending(false)
  }
  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      {refusal ? <Banner>{refusal}</Banner> : null}
      <Field label="Email">
        <Input name="email" type="email" autoComplete="username" required className="h-11" />
      </Field>
      <Field label="Password">
        <Input name="password" type="password" autoComplete="current-password" required className="h-11" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Sign in
      </Button>
    </form>
  )
}
