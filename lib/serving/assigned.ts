/**
 * What a route of a Kubernetes cluster writes on each request that it assigns, over whatever a caller had written there: the generation, the role of each version
 * in it, and by whose wish requests are looked at. On the rule, not on its backends: all gateways know that filter.
 */
export const ASSIGNED_HEADERS = {
  generation: 'x-slipway-generation',
  roles: 'x-slipway-roles',
  observe: 'x-slipway-observe',
} as const

/** What a route may make of a request: a gateway that tells its pods that it fell back there is not known. */
const ROLES = ['live', 'candidate', 'shadow', 'pinned'] as const
export type AssignedRole = (typeof ROLES)[number]

export interface Assigned {
  generation: number
  role: AssignedRole
  /** Key of what the rollout wants counted beside requests; null: nothing. */
  observe: string | null
}

const NOTHING = 'none'
/** As much as the column of a generation holds, nearly. */
const GENERATION = /^\d{1,9}$/

/** The headers of a rule, by name. */
export function assignedHeaders(
  generation: number,
  roles: readonly { versionId: string; role: AssignedRole }[],
  observe: string | null,
): { name: string; value: string }[] {
  return [
    { name: ASSIGNED_HEADERS.generation, value: String(generation) },
    { name: ASSIGNED_HEADERS.roles, value: roles.map(({ versionId, role }) => `${versionId}=${role}`).join() || NOTHING },
    { name: ASSIGNED_HEADERS.observe, value: observe ?? NOTHING },
  ]
}

/** To what a request was assigned, as the version that got it reads it; null: by no route, or to another version. */
export function readAssigned(headers: Readonly<Record<string, string | string[] | undefined>>, versionId: string): Assigned | null {
  const { [ASSIGNED_HEADERS.generation]: generation, [ASSIGNED_HEADERS.roles]: roles, [ASSIGNED_HEADERS.observe]: observe } = headers
  if (typeof generation !== 'string' || !GENERATION.test(generation) || typeof roles !== 'string') return null
  const own = roles.split(',').find((each) => each.startsWith(`${versionId}=`))
  const role = ROLES.find((known) => own === `${versionId}=${known}`)
  if (!role) return null
  return { generation: Number(generation), role, observe: typeof observe === 'string' && observe !== NOTHING ? observe : null }
}
