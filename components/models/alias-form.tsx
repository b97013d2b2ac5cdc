'use client'

import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Confirm } from '@/components/ui/alert-dialog'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { removeAliasAction, setAliasAction } from '@/lib/aliases/actions'

/** Points an alias, new or old, to a ready version. */
export function AliasForm({ model, ready, name }: { model: string; ready: number[]; name?: string }) {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = { model, ...(name ? { name } : {}), ...Object.fromEntries(new FormData(event.currentTarget)) }
    start(async () => {
      const result = await setAliasAction(input)
      setRefusal(refusalOf(result))
      if (result.ok) setOpen(false)
    })
  }
  const title = name ? `Move ${name}` : 'Set an alias'
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button size="sm">{title}</Button>
      </DialogTrigger>
      <DialogContent title={title} description="An alias names one version. Each move is kept with who, when and why.">
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          {name ? null : (
            <Field label="Alias" hint="Lower-case letters, digits and dashes." error={refusal.fields.name}>
              <Input name="name" required maxLength={63} placeholder="challenger" />
            </Field>
          )}
          <Field label="Version" error={refusal.fields.number}>
            <Select name="number">
              {ready.map((number) => (
                <option key={number} value={number}>
                  v{number}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Why" error={refusal.fields.reason}>
            <Input name="reason" maxLength={500} />
          </Field>
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              {title}
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}

/** Takes an alias away. */
export function RemoveAlias({ model, name }: { model: string; name: string }) {
  const remove = async () => {
    const result = await removeAliasAction({ model, name })
    return result.ok ? undefined : result.problem.message
  }
  return (
    <Confirm
      trigger={
        <Button size="sm" variant="ghost">
          Remove {name}
        </Button>
      }
      title={`Remove the alias ${name}`}
      description="Whoever asks for it finds nothing. Its history stays, and it can be set again."
      action={`Remove ${name}`}
      onConfirm={remove}
    />
  )
}
