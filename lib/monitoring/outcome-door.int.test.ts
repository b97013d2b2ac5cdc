import { beforeAll, describe, expect, it } from 'vitest'
import { POST as measure } from '@/app/api/v1/measurements/route'
import { POST as label } from '@/app/api/v1/outcomes/route'
import { makeMember } from '@/lib/auth/people.fixture'
import { ROLES } from '@/lib/auth/permissions'
import { newId } from '@/lib/id'
import { createToken } from '@/lib/tokens/commands'
import { testDatabase } from '@/prisma/test-database'
import { ingestFlush } from './ingest'
import { flushOf, makePlace, now, type Place } from './place.fixture'

testDatabase()
let place: Place
const tokens: Record<string, string> = {}
beforeAll(async () => {
  place = await makePlace()
  const other = await makePlace()
  const maker = await makeMember(ROLES.map((role) => ({ role })))
  const wanted = {
    own: [place.teamId, 'outcome:write'],
    other: [other.teamId, 'outcome:write'],
    reader: [place.teamId, 'team:read'],
  } as const
  for (const [name, [teamId, scope]] of Object.entries(wanted)) {
    const made = await createToken(maker, { name, teamId, scopes: [scope], days: 1 })
    if (!made.ok) throw new Error(made.problem.message)
    tokens[name] = made.value.token
  }
})

async function post(door: typeof measure, token: string, body: object) {
  const headers = { authorization: `Bearer ${tokens[token]}`, 'content-type': 'application/json' }
  const request = new Request('http://127.0.0.1:3000/api/v1/any', { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await door(request, { params: Promise.resolve({}) })
  return { status: answer.status, body: await answer.json() }
}

async function predicted(): Promise<string> {
  const id = newId()
  const key = { endpointId: place.endpointId, versionId: place.live, role: 'live' as const, segment: 0, generation: 1 }
  await ingestFlush(place.clusterId, flushOf(await now(), { predictions: [{ ...key, id, score: 0.5, positive: true }] }))
  return id
}

describe('a number of your own for a request', () => {
  it('is taken once per metric, beside the label, from a token that may write outcomes of that team', async () => {
    const requestId = await predicted()
    const basket = { measurements: [{ requestId, metric: 'basket', value: 1e-60 }] }
    expect(await post(measure, 'own', basket)).toMatchObject({ status: 200, body: { matched: 1, duplicate: 0, unknown: [], refused: [] } })
    expect(await post(measure, 'own', basket)).toMatchObject({ status: 200, body: { matched: 0, duplicate: 1 } })
    const minutes = { measurements: [{ requestId, metric: 'minutes', value: -3.5 }] }
    expect(await post(measure, 'own', minutes)).toMatchObject({ body: { matched: 1 } })
    expect(await post(label, 'own', { outcomes: [{ requestId, value: 1 }] })).toMatchObject({ body: { matched: 1 } })
  })

  it('is refused to a token without the scope; of another team’s request it answers as of one that is not known', async () => {
    const requestId = await predicted()
    const body = { measurements: [{ requestId, metric: 'basket', value: 1 }] }
    expect(await post(measure, 'reader', body)).toMatchObject({ status: 403, body: { detail: expect.stringContaining('outcome:write') } })
    expect(await post(measure, 'other', body)).toMatchObject({ status: 200, body: { matched: 0, waiting: 0, unknown: [requestId] } })
  })

  it('needs a name that a gate can say, and a number that can be stored', async () => {
    const requestId = await predicted()
    for (const wrong of [
      { metric: 'Basket size', value: 1 },
      { metric: '', value: 1 },
      { metric: 'basket', value: 1e40 },
    ])
      expect(await post(measure, 'own', { measurements: [{ requestId, ...wrong }] })).toMatchObject({ status: 422 })
  })
})
