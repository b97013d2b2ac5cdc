import { requestActor } from '@/lib/auth/request'
import { commandRoute, guard, problemResponse } from '@/lib/route'
import { addBaseline } from '@/lib/versions/commands'
import { uploadBaseline } from '@/lib/versions/upload'

export const POST = commandRoute(addBaseline, 201)

/** The CSV or JSONL itself as the body. */
export const PUT = guard(async (request, params, requestId) => {
  const result = await uploadBaseline(await requestActor(request), request, params.model ?? '', params.number ?? '', requestId)
  return result.ok ? Response.json(result.value, { status: 201 }) : problemResponse(result.problem)
})
