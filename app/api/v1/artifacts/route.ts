import { ArtifactKind } from '@/lib/artifacts/schema'
import { storeUpload, uploadOf } from '@/lib/artifacts/upload'
import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { guard } from '@/lib/route'

/** `PUT /api/v1/artifacts[?kind=sample]`: the raw file as the body; answers its digest, and a model's signature. */
export const PUT = guard(async (request) => {
  const actor = await requestActor(request)
  const kind = parse(ArtifactKind.default('model'), new URL(request.url).searchParams.get('kind') ?? undefined)
  const info = await storeUpload(actor, uploadOf(request, kind))
  return Response.json(info, { status: info.known ? 200 : 201, headers: { location: `/api/v1/artifacts/sha256/${info.digest}` } })
})
