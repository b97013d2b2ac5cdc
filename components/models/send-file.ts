import * as z from 'zod'
import type { ArtifactKind } from '@/lib/artifacts/schema'
import type { FieldError } from '@/lib/errors'

interface NotSent {
  ok: false
  message: string
  fields: FieldError[]
}

/** An upload that arrived, or why it did not. */
export type Sent = { ok: true; digest: string; known: boolean } | NotSent

const Answer = z.object({ digest: z.string(), known: z.boolean() })
const Refused = z.object({ detail: z.string(), fields: z.array(z.object({ path: z.string(), message: z.string() })).default([]) })

/** Sends a file into the artifact store and tells how far it is, 0..1. fetch tells nothing of an upload's progress, so this is the older way. */
export function sendFile(file: File, kind: ArtifactKind, onProgress: (share: number) => void): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('PUT', `/api/v1/artifacts?kind=${kind}`)
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0)
    request.onload = () => resolve(read(request))
    request.onerror = () => resolve({ ok: false, message: 'The upload broke off. Check the connection and send it again.', fields: [] })
    request.send(file)
  })
}

const Fetched = Answer.extend({ location: z.string().nullable() })

/** Has Slipway fetch a model's file from where it lies. `location`: as it may be kept with the version. */
export async function importFile(input: unknown): Promise<{ ok: true; digest: string; location: string | null } | NotSent> {
  const lost: NotSent = { ok: false, message: 'The connection broke off before the file had come. Try again.', fields: [] }
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/v1/artifacts', { method: 'POST', headers, body: JSON.stringify(input) }).catch(() => null)
  if (!response) return lost
  const body = jsonOf(await response.text().catch(() => ''))
  const answer = Fetched.safeParse(body)
  if (response.ok && answer.success) return { ok: true, digest: answer.data.digest, location: answer.data.location }
  return refusalIn(body) ?? lost
}

function read(request: XMLHttpRequest): Sent {
  const body = jsonOf(request.responseText)
  const answer = Answer.safeParse(body)
  if (request.status < 300 && answer.success) return { ok: true, ...answer.data }
  return refusalIn(body) ?? { ok: false, message: `The server answered ${request.status}. Send it again.`, fields: [] }
}

function refusalIn(body: unknown): NotSent | null {
  const refused = Refused.safeParse(body)
  return refused.success ? { ok: false, message: refused.data.detail, fields: refused.data.fields } : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
