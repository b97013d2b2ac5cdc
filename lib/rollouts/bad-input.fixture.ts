import { expect } from 'vitest'
import type { POST } from '@/app/api/v1/rollouts/route'

// What a machine or a person by hand may send to a door that takes a plan or a part of one.

type Door = typeof POST
type Path = (string | number)[]
export type Body = Record<string, unknown>

export interface Answer {
  status: number
  detail: string
  fields: { path: string; message: string }[]
  id?: string
}

/** Sends a body as it stands. */
export async function send(token: string, door: Door, params: Record<string, string>, text: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const request = new Request('http://127.0.0.1:3000/api/v1', { method: 'POST', headers, body: text })
  const answer = await door(request, { params: Promise.resolve(params) })
  const body = await answer.json()
  return { id: body.id, status: answer.status, detail: body.detail ?? '', fields: body.fields ?? [] }
}

/** Every place in a body, those of lists and objects too. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length > 0 ? [at] : []
  return [...(at.length > 0 ? [at] : []), ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))]
}

const at = (body: Body, path: Path): unknown => path.reduce<unknown>((inner, name) => (inner as Body)[name], body)

/** The body with one place changed, as text; undefined takes it out. */
export function changed(whole: Body, path: Path, value: unknown): string {
  const body = structuredClone(whole)
  const parent = at(body, path.slice(0, -1)) as Body | unknown[]
  const last = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(Number(last), 1, ...(value === undefined ? [] : [value]))
  else parent[last] = value
  return JSON.stringify(body)
}

const VALUES: [what: string, value: unknown][] = [
  ['missing', undefined],
  ['negative', -1],
  ['huge', 1e308],
  ['one more than the database counts', 2_147_483_648],
  ['a small fraction', 1e-300],
  ['nothing', null],
  ['a text', 'x'],
  ['a NUL', 'a\0b'],
  ['a list', []],
  ['an object', {}],
  ['a truth', true],
]
/** More of the same, for a door where the time is there. */
export const MORE_VALUES: typeof VALUES = [
  ['a negative fraction', -0.001],
  ['beyond whole numbers', Number.MAX_SAFE_INTEGER + 2],
  ['a fraction', 0.5],
  ['zero', 0],
  ['a huge text', 'x'.repeat(100_000)],
  ['half a pair', '\ud800'],
  ['a huge list', Array.from({ length: 5_000 }, (_, i) => i)],
]
/** No field of ours can be any of these, but for what the caller says. */
const NEVER = ['huge', 'nothing', 'a NUL', 'an object']

/** One place of a body with another value, as text; `refused`: no schema takes it there. */
interface Case {
  says: string
  path: Path
  text: string
  refused: boolean
}

/** The body with each of its places missing or of each wrong value. `allowed`: "PLACE is VALUE" that a door may take though no other would. */
export function cases(whole: Body, allowed: readonly string[] = [], values = VALUES): Case[] {
  return pathsOf(whole).flatMap((path) =>
    values.map(([what, value]) => {
      const [was, says] = [at(whole, path), `${path.join('.')} is ${what}`]
      const never = NEVER.includes(what) ? typeof was !== 'object' : what === 'negative' && typeof was === 'number'
      return { says, path, text: changed(whole, path, value), refused: never && !allowed.includes(says) }
    }),
  )
}

/** An answer of ours; a refusal of what was sent names the field that was wrong, and what no schema takes is refused. */
export function expectNamed({ status, detail, fields }: Answer, { says, path, refused }: Case): void {
  expect(refused ? [422] : [200, 201, 404, 409, 422], `${says}: ${detail.slice(0, 200)}`).toContain(status)
  if (status !== 422 && status !== 404) return
  const first = String(path[0])
  const named = fields.some((field) => field.path.split('.')[0] === first) || detail.includes(first)
  expect(named, `${says}: ${detail.slice(0, 200)}`).toBe(true)
  expect(detail.length, says).toBeLessThan(1_000)
}

/** The text of a body in which each field stands twice, once per name. */
export function doubled(body: Body): [name: string, text: string][] {
  const names = new Set(pathsOf(body).map((path) => String(path.at(-1))))
  return [...names]
    .filter((name) => !/^\d+$/.test(name))
    .map((name) => [name, JSON.stringify(body).replace(`"${name}":`, `"${name}":0,"${name}":`)])
}
