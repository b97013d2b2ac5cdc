'use client'

import Link from 'next/link'
import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, type Refusal, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { addClusterAction } from '@/lib/clusters/actions'
import { IdentityToken } from './identity-token'

interface Added {
  identityToken: string
  link: string | null
}

/** Adds a local cluster, and shows its identity token once. */
export function ClusterForm() {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [added, setAdded] = useState<Added | null>(null)
  const [pending, start] = useTransition()
  const change = (next: boolean) => {
    setOpen(next)
    setAdded(null)
    setRefusal(NO_REFUSAL)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = Object.fromEntries(new FormData(event.currentTarget))
    start(async () => {
      const result = await addClusterAction(input)
      setRefusal(refusalOf(result))
      if (result.ok) setAdded({ identityToken: result.value.identityToken, link: result.value.exampleEnded?.link ?? null })
    })
  }
  return (
    <Dialog open={open} onOpenChange={change}>
      <DialogTrigger asChild>
        <Button variant="primary">Add a cluster</Button>
      </DialogTrigger>
      <DialogContent title="Add a local cluster" description="A running local cluster of Slipway, on this machine or another.">
        {added ? <Done added={added} /> : <ClusterFields refusal={refusal} pending={pending} onSubmit={submit} />}
      </DialogContent>
    </Dialog>
  )
}

function Done({ added }: { added: Added }) {
  return (
    <div className="grid gap-3">
      <IdentityToken token={added.identityToken} />
      {added.link ? (
        <Banner>
          This ended the example workspace: its passwords no longer work. Set your own now:{' '}
          <Link href={added.link} className="break-all underline underline-offset-3">
            {added.link}
          </Link>
        </Banner>
      ) : null}
    </div>
  )
}

interface FieldsProps {
  refusal: Refusal
  pending: boolean
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
}

function ClusterFields({ refusal, pending, onSubmit }: FieldsProps) {
  const { fields } = refusal
  return (
    <form onSubmit={onSubmit} className="grid gap-3">
      {refusal.message ? <Banner>{refusal.message}</Banner> : null}
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <Field label="Name" error={fields.name}>
          <Input name="name" required maxLength={63} placeholder="cloud-2" />
        </Field>
        <Field label="Place" error={fields.location}>
          <Select name="location">
            <option value="cloud">cloud</option>
            <option value="on-prem">on-prem</option>
          </Select>
        </Field>
      </div>
      <Field
        label="Admin address"
        hint="Where the engine reaches it. Another machine than this one ends the example workspace."
        error={fields.adminUrl}
      >
        <Input name="adminUrl" required placeholder="http://127.0.0.1:3002" />
      </Field>
      <Field label="Address for callers" error={fields.publicUrl}>
        <Input name="publicUrl" required placeholder="http://127.0.0.1:3010" />
      </Field>
      <Field label="Admin token" hint="Sealed by the engine before it is stored; never shown again." error={fields.adminToken}>
        <Input name="adminToken" type="password" required autoComplete="off" />
      </Field>
      <DialogActions>
        <Button type="submit" variant="primary" pending={pending}>
          Add the cluster
        </Button>
      </DialogActions>
    </form>
  )
}
