import { FULL, type Mirror } from '@/lib/endpoints/wish'
import { type AssignedRole, assignedHeaders } from '@/lib/serving/assigned'
import type { RecordArm } from '../record'
import type { Adopted, TheirRule } from './adopted'

/** By what the endpoint is routed now. `pins`: arms that have a Service; `path`: the model's own on our servers. */
export interface Routing {
  generation: number
  observe: string | null
  arms: readonly RecordArm[]
  mirror: Mirror | null
  pins: readonly RecordArm[]
  path: string
}

const PORT = 80
/** Weights of a rule are shares of a million: a share in basis points, of arms in basis points. */
const SCALE = 100

type Filter = NonNullable<TheirRule['filters']>[number]
interface Header {
  name: string
  value: string
}

/**
 * The rules of a route that was taken over: theirs, with the endpoint's versions by the same weights as on its own route, in the share that a person gave it; and one
 * rule per arm for pinned requests, by which one tries the address before anybody is moved. Nothing else of their rule changes. Pure.
 */
export function mixedRules({ share, rewrite, theirs }: Pick<Adopted, 'share' | 'rewrite' | 'theirs'>, routing: Routing): unknown[] {
  const arms = routing.arms.filter(({ weight }) => weight > 0)
  const roleOf = ({ versionId, role }: RecordArm): AssignedRole => (versionId === routing.mirror?.versionId ? 'shadow' : role)
  const assigned = arms.map((arm) => ({ versionId: arm.versionId, role: roleOf(arm) }))
  // A version that nobody routes by cannot answer: then theirs goes on as it stood.
  const mixed =
    share === 0 || arms.length === 0
      ? theirs
      : {
          ...theirs,
          filters: filtersOf(theirs, rewrite, routing, assigned),
          backendRefs: [...arms.map((arm) => backendRef(arm.name, Math.round((arm.weight * share) / SCALE))), ...rest(theirs, share)],
        }
  const pins = routing.pins.filter((arm, i) => routing.pins.findIndex(({ role }) => role === arm.role) === i)
  return [mixed, ...pins.map((arm) => pinnedRule(theirs, rewrite, routing, arm))]
}

function pinnedRule(theirs: TheirRule, rewrite: boolean, routing: Routing, arm: RecordArm) {
  const header = { type: 'Exact', name: 'x-slipway-arm', value: arm.role }
  const matches = (theirs.matches ?? [{}]).map((match) => ({ ...match, headers: [...(match.headers ?? []), header] }))
  const filters = filtersOf(theirs, rewrite, routing, [{ versionId: arm.versionId, role: 'pinned' }])
  // Their rule's name stays with their rule: one stands once in a route.
  const { name: _, ...unnamed } = theirs
  return { ...unnamed, matches, filters, backendRefs: [backendRef(arm.name, 1)] }
}

/** What keeps answering beside us: by the weights that they had among themselves. */
function rest({ backendRefs }: TheirRule, share: number) {
  const total = backendRefs.reduce((sum, { weight }) => sum + weight, 0)
  if (share === FULL || total === 0) return []
  return backendRefs.map((ref) => ({ ...ref, weight: Math.round((ref.weight * (FULL - share) * SCALE) / total) }))
}

/** Each kind of filter stands once in a rule: ours are put into theirs. */
function filtersOf(theirs: TheirRule, rewrite: boolean, routing: Routing, roles: Parameters<typeof assignedHeaders>[1]): Filter[] {
  const filters = theirs.filters ?? []
  const set = assignedHeaders(routing.generation, roles, routing.observe)
  const told = withHeaders(filters, set)
  return rewrite ? withPath(told, routing.path) : told
}

function withHeaders(filters: readonly Filter[], set: readonly Header[]): Filter[] {
  const type = 'RequestHeaderModifier'
  const ours = new Set(set.map(({ name }) => name.toLowerCase()))
  const theirs = filters.find((filter) => filter.type === type)?.requestHeaderModifier as
    | { set?: Header[]; add?: Header[]; remove?: string[] }
    | undefined
  const kept = (headers: Header[] = []) => headers.filter(({ name }) => !ours.has(name.toLowerCase()))
  const requestHeaderModifier = {
    ...theirs,
    set: [...kept(theirs?.set), ...set],
    ...(theirs?.add ? { add: kept(theirs.add) } : {}),
    ...(theirs?.remove ? { remove: theirs.remove.filter((name) => !ours.has(name.toLowerCase())) } : {}),
  }
  return [...filters.filter((filter) => filter.type !== type), { type, requestHeaderModifier }]
}

function withPath(filters: readonly Filter[], path: string): Filter[] {
  const type = 'URLRewrite'
  const theirs = filters.find((filter) => filter.type === type)?.urlRewrite as object | undefined
  const urlRewrite = { ...theirs, path: { type: 'ReplacePrefixMatch', replacePrefixMatch: path } }
  return [...filters.filter((filter) => filter.type !== type), { type, urlRewrite }]
}

function backendRef(name: string, weight: number) {
  return { group: '', kind: 'Service', name, port: PORT, weight }
}
