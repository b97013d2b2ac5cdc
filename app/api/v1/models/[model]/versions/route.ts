import { requestActor } from '@/lib/auth/request'
import { commandRoute, guard, problemResponse, queryRoute } from '@/lib/route'
import { registerVersion } from '@/lib/versions/commands'
import { listVersions } from '@/lib/versions/queries'
import { ListVersions } from '@/lib/versions/schema'
import { uploadVersion } from '@/lib/versions/upload'

export const GET = queryRoute((actor, params, search) => listVersions(actor, params.model ?? '', Object.fromEntries(search)), {
  takes: ListVersions,
})
export const POST = commandRoute(registerVersion, 201)

/** The file itself as the body, the rest in the query: `curl -T model.onnx ".../versions?threshold=0.25"`. */
export const PUT = guard(async (request, params, requestId) => {
  const result = await uploadVersion(await requestActor(request), request, params.model ?? '', requestId)
  return result.ok ? Response.json(result.value, { status: 201 }) : problemResponse(result.problem)
})
