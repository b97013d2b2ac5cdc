'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState, useTransition } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { useFirstWrong } from '@/components/ui/first-wrong'
import { reached } from '@/components/ui/reached'
import { setSegmentsAction } from '@/lib/models/actions'
import type { Segment } from '@/lib/models/schema'
import { MOST_SEGMENTS } from '@/lib/models/words'
import { checkSegments, moveSegment, type SegmentDraft, segmentDrafts, withSegment } from './segment-draft'
import { SegmentFields } from './segment-fields'

interface SegmentsFormProps {
  model: string
  segments: Segment[]
  /** Names that the baseline of the newest version has. */
  features: string[]
}

/** Declares the parts of a model's requests that are judged by themselves. */
export function SegmentsForm({ model, segments, features }: SegmentsFormProps) {
  const router = useRouter()
  const [drafts, setDrafts] = useState(() => segmentDrafts(segments))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [refusal, setRefusal] = useState('')
  const [pending, start] = useTransition()
  const form = useRef<HTMLFormElement>(null)
  useFirstWrong(form, errors)
  const count = useRef(drafts.length)
  useEffect(() => {
    // What was just added is what the person wants to write in; what was removed leaves the focus where it can go on.
    if (drafts.length > count.current) form.current?.querySelector<HTMLElement>('fieldset:last-of-type input')?.focus()
    if (drafts.length < count.current) form.current?.focus()
    count.current = drafts.length
  }, [drafts.length])
  const change = (i: number, next: Partial<SegmentDraft>) =>
    setDrafts((now) => now.map((each, at) => (at === i ? { ...each, ...next } : each)))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { input, errors: wrong } = checkSegments(model, drafts)
    setErrors(wrong)
    setRefusal(input ? '' : 'Not saved: some fields are not right yet.')
    if (!input) return
    start(async () => {
      const result = await reached(setSegmentsAction(input))
      setRefusal(result.ok ? '' : result.problem.message)
      if (result.ok) router.push(`/models/${model}`)
    })
  }
  return (
    <form ref={form} tabIndex={-1} onSubmit={submit} className="grid max-w-3xl gap-4" noValidate>
      {drafts.length === 0 ? <p>None: gates judge all requests together.</p> : null}
      {drafts.map((draft, i) => (
        <SegmentFields
          key={draft.id}
          draft={draft}
          place={i + 1}
          features={features}
          errors={errorsAt(errors, i)}
          onChange={(next) => change(i, next)}
          onRemove={() => setDrafts((now) => now.filter((each) => each.id !== draft.id))}
          onEarlier={i > 0 ? () => setDrafts((now) => moveSegment(now, draft.id, -1)) : undefined}
          onLater={i < drafts.length - 1 ? () => setDrafts((now) => moveSegment(now, draft.id, 1)) : undefined}
        />
      ))}
      {drafts.length >= MOST_SEGMENTS ? (
        <p className="text-muted text-sm">{MOST_SEGMENTS} segments are the most.</p>
      ) : (
        <Button className="justify-self-start" onClick={() => setDrafts(withSegment)}>
          Add a segment
        </Button>
      )}
      {refusal ? <Banner>{refusal}</Banner> : null}
      {errors.segments ? <p className="text-fail text-sm">{errors.segments}</p> : null}
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Save the segments
      </Button>
    </form>
  )
}

/** What is wrong with the i-th, by field. */
function errorsAt(errors: Record<string, string>, i: number): Record<string, string> {
  const head = `segments.${i}.`
  const own = Object.entries(errors).filter(([path]) => path.startsWith(head))
  return Object.fromEntries(own.map(([path, text]) => [path.slice(head.length), text]))
}
