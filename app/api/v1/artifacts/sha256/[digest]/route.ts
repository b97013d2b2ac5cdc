import { Readable } from 'node:stream'
import { readArtifact } from '@/lib/artifacts/access'
import { ArtifactKind, Digest } from '@/lib/artifacts/schema'
import { storeUpload, uploadOf } from '@/lib/artifacts/upload'
import { requestActor } from '@/lib/auth/request'
import { parse } from '@/lib/command'
import { guard } from '@/lib/route'

/** `GET /api/v1/artifacts/sha256/DIGEST`: the bytes, for whoever runs the model and for members who may read it. They never change. */
export const GET = guard(async (request, params) => {
  const digest = parse(Digest, params.digest)
  const artifact = await readArtifact(request, digest)
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(artifact.bytes),
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${digest}"`,
    'content-disposition': `attachment; filename="${digest.slice(0, 12)}.bin"`,
    'x-content-type-options': 'nosniff',
  }
  if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers: { etag: headers.etag } })
  return new Response(Readable.toWeb(artifact.open()) as ReadableStream<Uint8Array>, { headers })
})

/** `PUT /api/v1/artifacts/sha256/DIGEST[?kind=sample]`: as `PUT /api/v1/artifacts`, refused when the bytes have another digest. */
export const PUT = guard(async (request, params) => {
  const actor = await requestActor(request)
  const kind = parse(ArtifactKind.default('model'), new URL(request.url).searchParams.get('kind') ?? undefined)
  const info = await storeUpload(actor, uploadOf(request, kind, parse(Digest, params.digest)))
  return Response.json(info, { status: info.known ? 200 : 201 })
})
