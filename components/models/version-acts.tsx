'use client'

import { type ChangeEvent, type FormEvent, useRef, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { formatShare } from '@/lib/format'
import { addBaselineAction, addDocumentAction, repeatCheckAction } from '@/lib/versions/actions'
import { DOCUMENT_KINDS, DOCUMENT_MAX } from '@/lib/versions/schema'
import { sendFile } from './send-file'

interface VersionProps {
  model: string
  number: number
}

/** Runs the check again. */
export function RepeatCheck({ model, number }: VersionProps) {
  const [refusal, setRefusal] = useState('')
  const [pending, start] = useTransition()
  const repeat = () =>
    start(async () => {
      const result = await repeatCheckAction({ model, number })
      setRefusal(result.ok ? '' : result.problem.message)
    })
  return (
    <>
      <Button pending={pending} onClick={repeat}>
        Run the check again
      </Button>
      <span role="status" className="text-fail text-sm empty:hidden">
        {refusal}
      </span>
    </>
  )
}

/** Sends a sample and makes it the version's baseline. */
export function BaselineUpload({ model, number }: VersionProps) {
  const input = useRef<HTMLInputElement>(null)
  const [progress, setProgress] = useState<number | null>(null)
  const [refusal, setRefusal] = useState('')
  const send = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (!file) return
    setProgress(0)
    const sent = await sendFile(file, 'sample', setProgress)
    const result = sent.ok ? await addBaselineAction({ model, number, sample: sent.digest }) : null
    setProgress(null)
    setRefusal(!sent.ok ? sent.message : result && !result.ok ? result.problem.message : '')
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,.jsonl,.ndjson,.tsv"
        onChange={send}
        className="sr-only"
        tabIndex={-1}
        aria-label="Sample file"
      />
      <Button pending={progress !== null} onClick={() => input.current?.click()}>
        {progress === null ? 'Send a sample' : `Sending, ${formatShare(progress, 0)}`}
      </Button>
      <p role="status" className="break-words text-fail text-sm empty:hidden">
        {refusal}
      </p>
    </>
  )
}

/** Adds a card or a report. */
export function DocumentForm({ model, number }: VersionProps) {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = { model, number, ...Object.fromEntries(new FormData(event.currentTarget)) }
    start(async () => {
      const result = await addDocumentAction(input)
      setRefusal(refusalOf(result))
      if (result.ok) setOpen(false)
    })
  }
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button size="sm">Add a document</Button>
      </DialogTrigger>
      <DialogContent title="Add a document" description="Markdown. It is kept as it is; a new text needs a new name.">
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          <div className="grid gap-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
            <Field label="Kind" error={refusal.fields.kind}>
              <Select name="kind">
                {DOCUMENT_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {kind}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="Name" error={refusal.fields.name}>
              <Input name="name" required maxLength={120} />
            </Field>
          </div>
          <Field label="Text" error={refusal.fields.body}>
            <Textarea name="body" required rows={10} maxLength={DOCUMENT_MAX} className="font-mono text-sm" />
          </Field>
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Add the document
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}
