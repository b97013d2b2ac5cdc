import { importArtifact } from '@/lib/artifacts/location/import'
import { ArtifactKind } from '@/lib/artifacts/schema'
import { storeUpload, uploadOf } from '@/lib/artifacts/upload'
import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { guard, readJson } from '@/lib/route'

/** `PUT /api/v1/artifacts[?kind=sample]`: the raw file as the body; answers its digest, and a model's signature. */
export const PUT = guard(async (request) => {
  const actor = await requestActor(request)
  const kind = parse(ArtifactKind.default('model'), new URL(request.url).searchParams.get('kind') ?? undefined)
  const info = await storeUpload(actor, uploadOf(request, kind))
  return Response.json(info, { status: info.known ? 200 : 201, headers: { location: `/api/v1/artifacts/sha256/${info.digest}` } })
})

/** `POST /api/v1/artifacts`: where a model's file lies, with its SHA-256 and size; fetched from there, it is answered as an upload is. */
export const POST = guard(async (request) => {
  const actor = await requestActor(request)
  const info = await importArtifact(actor, await readJson(request), request.signal)
  return Response.json(info, { status: info.known ? 200 : 201, headers: { location: `/api/v1/artifacts/sha256/${info.digest}` } })
})
