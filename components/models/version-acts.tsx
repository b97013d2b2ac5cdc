'use client'

import { type ChangeEvent, useRef, useState, useTransition } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { formatShare } from '@/lib/format'
import { addBaselineAction, addDocumentAction, repeatCheckAction } from '@/lib/versions/actions'
import { DOCUMENT_KINDS, DOCUMENT_MAX } from '@/lib/versions/words'

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
      const result = await reached(repeatCheckAction({ model, number }))
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

/** Why it was not done, or nothing. What sends is loaded when it is needed: it checks the answer by a schema. */
async function sendBaseline(version: VersionProps, file: File, onProgress: (share: number) => void): Promise<string> {
  const sender = await import('./send-file').catch(() => null)
  if (!sender) return 'Slipway does not answer. Try again in a moment.'
  const sent = await sender.sendFile(file, 'sample', onProgress)
  if (!sent.ok) return sent.message
  const result = await reached(addBaselineAction({ ...version, sample: sent.digest }))
  return result.ok ? '' : result.problem.message
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
    setRefusal(await sendBaseline({ model, number }, file, setProgress))
    setProgress(null)
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
  return (
    <FormDialog
      trigger={<Button size="sm">Add a document</Button>}
      title="Add a document"
      description="Markdown. It is kept as it is; a new text needs a new name."
      action="Add the document"
      send={(typed) => addDocumentAction({ model, number, ...Object.fromEntries(typed) })}
    >
      {(refused) => (
        <>
          <div className="grid gap-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
            <Field label="Kind" error={refused.kind}>
              <Select name="kind">
                {DOCUMENT_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {kind}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="Name" error={refused.name}>
              <Input name="name" required maxLength={120} />
            </Field>
          </div>
          <Field label="Text" error={refused.body}>
            <Textarea name="body" required rows={10} maxLength={DOCUMENT_MAX} className="font-mono text-sm" />
          </Field>
        </>
      )}
    </FormDialog>
  )
}
