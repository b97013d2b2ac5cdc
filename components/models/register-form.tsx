'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { useFirstWrong } from '@/components/ui/first-wrong'
import { reached } from '@/components/ui/reached'
import { refusalOf } from '@/components/ui/refusal'
import { formatShare } from '@/lib/format'
import { registerVersionAction } from '@/lib/versions/actions'
import { RegisterCurl } from './register-curl'
import { draftInput, EMPTY_DRAFT, importInput, type Progress, type RegisterDraft } from './register-draft'
import { RegisterFields } from './register-fields'
import { RegisterFile, RegisterSample } from './register-file'
import { importFile, sendFile } from './send-file'

/** Sends the files, registers the version and leads to its page. What is wrong stands at its field; files that arrived are not sent twice. */
export function RegisterForm({ model, origin }: { model: string; origin: string }) {
  const router = useRouter()
  const [draft, setDraft] = useState<RegisterDraft>(EMPTY_DRAFT)
  const [files, setFiles] = useState<{ model: File | null; sample: File | null }>({ model: null, sample: null })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [progress, setProgress] = useState<Progress | null>(null)
  const [pending, setPending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useFirstWrong(form, errors)
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
          <RegisterFile
            draft={draft}
            errors={errors}
            onChange={(change) => setDraft((now) => ({ ...now, ...change }))}
            onFile={(model) => setFiles((now) => ({ ...now, model }))}
          />
          <RegisterSample error={errors.sample} onFile={(sample) => setFiles((now) => ({ ...now, sample }))} />
          <RegisterFields draft={draft} errors={errors} onChange={(change) => setDraft((now) => ({ ...now, ...change }))} />
          {progress ? <UploadBar progress={progress} /> : null}
          {pending && !progress && draft.from === 'location' ? (
            <p className="text-muted text-sm" role="status">
              Slipway fetches the file and checks it: a large one takes minutes.
            </p>
          ) : null}
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

/** What stands in the form, and shows what is wrong with it. */
const SHOWN = ['digest', 'location', 'sample', 'note', 'threshold', 'metrics', 'lineage']

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
  const wrong = { ...(await check(input)), ...(await checkFile(draft, files.model)) }
  if (Object.keys(wrong).length > 0) return { number: null, errors: wrong }
  const brought = await bring(draft, files.model, onProgress)
  if ('errors' in brought) return { number: null, errors: brought.errors }
  const sample = files.sample ? await sendFile(files.sample, 'sample', (share) => onProgress({ kind: 'sample', share })) : null
  if (sample && !sample.ok) return { number: null, errors: { sample: sample.message } }
  const result = await reached(registerVersionAction({ ...input, ...brought, sample: sample?.digest ?? null }))
  if (result.ok) return { number: result.value.number, errors: {} }
  const { message, fields } = refusalOf(result, SHOWN)
  return { number: null, errors: { ...byPath(Object.entries(fields)), ...(message ? { form: message } : {}) } }
}

/** Sends the model's file, or has it fetched. */
async function bring(
  draft: RegisterDraft,
  file: File | null,
  onProgress: (progress: Progress) => void,
): Promise<{ digest: string; location?: string | null } | { errors: Record<string, string> }> {
  if (draft.from === 'location') {
    const fetched = await importFile(importInput(draft.file))
    if (fetched.ok) return { digest: fetched.digest, location: fetched.location }
    const fields = byPath(fetched.fields.map(({ path, message }) => [path, message]))
    return { errors: fetched.fields.length > 0 ? fields : { form: fetched.message } }
  }
  const sent = file && (await sendFile(file, 'model', (share) => onProgress({ kind: 'model', share })))
  return sent?.ok ? { digest: sent.digest } : { errors: { digest: sent?.message ?? NO_FILE } }
}

const NO_FILE = 'Choose the ONNX file.'

async function checkFile(draft: RegisterDraft, file: File | null): Promise<Record<string, string>> {
  if (draft.from === 'upload') return file ? {} : { digest: NO_FILE }
  const { ImportArtifact } = await import('@/lib/artifacts/location/schema')
  const result = ImportArtifact.safeParse(importInput(draft.file))
  return result.success ? {} : byPath(result.error.issues.map((issue) => [issue.path.join('.'), issue.message]))
}

/** The schema of the command, loaded when it is needed; path -> message. */
async function check(input: unknown): Promise<Record<string, string>> {
  const { RegisterVersion } = await import('@/lib/versions/schema')
  const result = RegisterVersion.omit({ digest: true, sample: true }).safeParse(input)
  return result.success ? {} : byPath(result.error.issues.map((issue) => [issue.path.join('.'), issue.message]))
}

/** A wrong metric is told at the field of all metrics, with its name. */
function byPath(fields: readonly (readonly [path: string, message: string])[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(([path, message]) =>
      path.startsWith('metrics.') ? ['metrics', `${path.slice('metrics.'.length)}: ${message}`] : [path, message],
    ),
  )
}
