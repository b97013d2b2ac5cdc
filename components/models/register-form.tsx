'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { formatShare } from '@/lib/format'
import { registerVersionAction } from '@/lib/versions/actions'
import { RegisterCurl } from './register-curl'
import { draftInput, EMPTY_DRAFT, type Progress, type RegisterDraft } from './register-draft'
import { RegisterFields, RegisterFiles } from './register-fields'
import { sendFile } from './send-file'

/** Sends the files, registers the version and leads to its page. What is wrong stands at its field; files that arrived are not sent twice. */
export function RegisterForm({ model, origin }: { model: string; origin: string }) {
  const router = useRouter()
  const [draft, setDraft] = useState<RegisterDraft>(EMPTY_DRAFT)
  const [files, setFiles] = useState<{ model: File | null; sample: File | null }>({ model: null, sample: null })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [progress, setProgress] = useState<Progress | null>(null)
  const [pending, setPending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    // The field that is wrong may be out of sight.
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [errors])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setPending(true)
    const outcome = await register(model, draft, files, setProgress)
    setProgress(null)
    setErrors(outcome.errors)
    if (outcome.number === null) setPending(false)
    else router.push(`/models/${model}/versions/${outcome.number}`)
  }
  return (
    <form ref={form} onSubmit={submit} className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]" noValidate>
      <Card>
        <CardBody className="grid gap-5">
          {errors.form ? <Banner>{errors.form}</Banner> : null}
          <RegisterFiles errors={errors} onChange={(change) => setFiles((now) => ({ ...now, ...change }))} />
          <RegisterFields draft={draft} errors={errors} onChange={(change) => setDraft((now) => ({ ...now, ...change }))} />
          {progress ? <UploadBar progress={progress} /> : null}
          <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
            Register the version
          </Button>
        </CardBody>
      </Card>
      <RegisterCurl
        origin={origin}
        model={model}
        draft={draft}
        modelFile={files.model?.name ?? null}
        sampleFile={files.sample?.name ?? null}
      />
    </form>
  )
}

function UploadBar({ progress }: { progress: Progress }) {
  const share = formatShare(progress.share, 0)
  return (
    <div className="grid gap-1">
      <p className="text-muted text-sm" role="status">
        {progress.share < 1 ? `Sending the ${progress.kind}: ${share}` : `Reading the ${progress.kind}`}
      </p>
      <progress max={1} value={progress.share} className="h-2 w-full accent-primary" aria-label={`Sending the ${progress.kind}`} />
    </div>
  )
}

interface Outcome {
  number: number | null
  errors: Record<string, string>
}

async function register(
  model: string,
  draft: RegisterDraft,
  files: { model: File | null; sample: File | null },
  onProgress: (progress: Progress) => void,
): Promise<Outcome> {
  const input = draftInput(model, draft)
  const wrong = await check(input)
  if (!files.model) wrong.digest = 'Choose the ONNX file.'
  if (Object.keys(wrong).length > 0 || !files.model) return { number: null, errors: wrong }
  const sent = await sendFile(files.model, 'model', (share) => onProgress({ kind: 'model', share }))
  if (!sent.ok) return { number: null, errors: { digest: sent.message } }
  const sample = files.sample ? await sendFile(files.sample, 'sample', (share) => onProgress({ kind: 'sample', share })) : null
  if (sample && !sample.ok) return { number: null, errors: { sample: sample.message } }
  const result = await registerVersionAction({ ...input, digest: sent.digest, sample: sample?.digest ?? null })
  if (result.ok) return { number: result.value.number, errors: {} }
  const fields = result.problem.fields ?? []
  return { number: null, errors: fields.length > 0 ? byPath(fields) : { form: result.problem.message } }
}

/** The schema of the command, loaded when it is needed; path -> message. */
async function check(input: unknown): Promise<Record<string, string>> {
  const { RegisterVersion } = await import('@/lib/versions/schema')
  const result = RegisterVersion.omit({ digest: true, sample: true }).safeParse(input)
  return result.success ? {} : byPath(result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })))
}

/** A wrong metric is told at the field of all metrics, with its name. */
function byPath(fields: readonly { path: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ path, message }) =>
      path.startsWith('metrics.') ? ['metrics', `${path.slice('metrics.'.length)}: ${message}`] : [path, message],
    ),
  )
}
