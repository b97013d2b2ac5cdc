'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { editModelAction } from '@/lib/models/actions'
import type { ModelDetail } from '@/lib/models/schema'
import { ModelWords } from './model-words'

/** Changes a model's words. Its address, its task and its versions stay. */
export function EditModel({ model }: { model: ModelDetail }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = { model: model.slug, ...Object.fromEntries(new FormData(event.currentTarget)) }
    start(async () => {
      const result = await reached(editModelAction(input))
      setRefusal(refusalOf(result))
      if (!result.ok) return
      setOpen(false)
      router.refresh()
    })
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setRefusal(NO_REFUSAL)
      }}
    >
      <DialogTrigger asChild>
        <Button>Edit</Button>
      </DialogTrigger>
      <DialogContent
        title={`Edit ${model.name}`}
        description={`Its address ${model.slug} and its versions stay. The change stands in the audit.`}
      >
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          <Field label="Name" error={refusal.fields.name}>
            <Input name="name" required maxLength={120} defaultValue={model.name} />
          </Field>
          <ModelWords fields={refusal.fields} now={model} />
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Save the model
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}
