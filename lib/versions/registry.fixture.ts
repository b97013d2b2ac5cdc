import { chunksOf, onnxModel } from '@/lib/artifacts/onnx.fixture'
import { storeUpload } from '@/lib/artifacts/upload'
import type { Actor } from '@/lib/auth/actor'
import type { Role } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import type { Result } from '@/lib/errors'
import { newId } from '@/lib/id'

/** A team of its own, and people in it. */
export async function newTeam() {
  const id = newId()
  const slug = `team-${id.slice(-12)}`
  await db().team.create({ data: { id, slug, name: slug } })
  return { id, slug, actor: (role: Role) => actorIn(id, role) }
}

/** Somebody with one role in a team; null: in all of them. */
export function actorIn(teamId: string | null, role: Role): Actor {
  const id = newId()
  return {
    kind: 'member',
    id,
    memberId: id,
    name: `Some ${role}`,
    signedInAs: null,
    grants: [{ role, teamId, environmentId: null }],
    scopes: null,
  }
}

/** A model in a new team, with an engineer of it. */
export async function newModel() {
  const team = await newTeam()
  const engineer = team.actor('engineer')
  const slug = `model-${team.id.slice(-12)}`
  const id = newId()
  await db().model.create({ data: { id, teamId: team.id, slug, name: slug, task: 'binary' } })
  return { team, engineer, slug, id }
}

/** Stores bytes as the given kind of artifact; answers the digest. */
export async function upload(actor: Actor, bytes: Uint8Array, kind: 'model' | 'sample' = 'model'): Promise<string> {
  const stored = await storeUpload(actor, { body: chunksOf(bytes), bytes: bytes.length, digest: null, kind })
  return stored.digest
}

/** A sample of `rows` rows of `width` features with a label that follows from them. */
export function sampleCsv(width: number, rows: number): Buffer {
  const header = [...Array.from({ length: width }, (_item, i) => `f${i}`), 'label'].join(',')
  const lines = Array.from({ length: rows }, (_item, row) => {
    const values = Array.from({ length: width }, (_feature, i) => (((row + 1) * (i + 3) * 7_919) % 1_000) / 500 - 1)
    return [...values, values.reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0].join(',')
  })
  return Buffer.from([header, ...lines].join('\n'))
}

/** A model that answers sigmoid(0.1 x sum), different for each `salt`. */
export function saltedModel(salt: string, width = 8): Buffer {
  return onnxModel({ metadata: { salt } }, width)
}

/** The value of a result; throws its problem. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`)
  return result.value
}
