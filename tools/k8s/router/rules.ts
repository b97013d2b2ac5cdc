/** The parts of an HTTPRoute that the router reads. */
export interface Route {
  metadata: { name: string; namespace: string; uid: string; generation: number }
  spec: {
    parentRefs?: { group?: string; kind?: string; name: string; namespace?: string }[]
    hostnames?: string[]
    rules?: Rule[]
  }
}

export interface Rule {
  matches?: Match[]
  filters?: Filter[]
  backendRefs?: BackendRef[]
}

interface Match {
  path?: { type?: string; value?: string }
  method?: string
  headers?: { type?: string; name: string; value: string }[]
}

interface Header {
  name: string
  value: string
}

export interface Filter {
  type: string
  requestHeaderModifier?: { set?: Header[]; add?: Header[]; remove?: string[] }
  urlRewrite?: { path?: { type: string; replacePrefixMatch?: string; replaceFullPath?: string } }
}

interface BackendRef {
  name: string
  port?: number
  weight?: number
}

export interface Asked {
  method: string
  host: string
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

interface Matched {
  rule: Rule
  /** The part of the path that a prefix match matched. */
  prefix: string
}

/** The rule by which a request is routed, by the precedence that Gateway API sets: the longest path, then the method, then the most headers, then the first. */
export function ruleFor(routes: readonly Route[], asked: Asked): Matched | null {
  let best: { matched: Matched; rank: number[] } | null = null
  for (const { spec } of routes) {
    if (!takesHost(spec.hostnames, asked.host)) continue
    for (const rule of spec.rules ?? []) {
      for (const match of rule.matches ?? [{}]) {
        if (!matches(match, asked)) continue
        const value = match.path?.value ?? '/'
        const rank = [match.path?.type === 'Exact' ? 1 : 0, value.length, match.method ? 1 : 0, match.headers?.length ?? 0]
        if (!best || isAbove(rank, best.rank)) best = { matched: { rule, prefix: value }, rank }
      }
    }
  }
  return best?.matched ?? null
}

function isAbove(rank: readonly number[], other: readonly number[]): boolean {
  const at = rank.findIndex((each, i) => each !== other[i])
  return at >= 0 && rank[at] > other[at]
}

function takesHost(hostnames: readonly string[] | undefined, host: string): boolean {
  if (!hostnames?.length) return true
  return hostnames.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host))
}

function matches({ path, method, headers = [] }: Match, asked: Asked): boolean {
  if (method && method !== asked.method) return false
  if (!matchesPath(path, asked.path)) return false
  return headers.every(({ type = 'Exact', name, value }) => type === 'Exact' && asked.headers[name.toLowerCase()] === value)
}

/** A prefix is one of whole parts: /a is none of /ab. */
function matchesPath({ type = 'PathPrefix', value = '/' }: NonNullable<Match['path']> = {}, path: string): boolean {
  if (type === 'Exact') return path === value
  const prefix = value.replace(/\/$/, '')
  return type === 'PathPrefix' && (path === prefix || path.startsWith(`${prefix}/`))
}

/** The backend of a draw from 0 to 1, by the weights; null: there is none, or none has weight. */
export function backendOf({ backendRefs = [] }: Rule, draw: number): BackendRef | null {
  const weight = (each: BackendRef) => each.weight ?? 1
  let left = draw * backendRefs.reduce((sum, each) => sum + weight(each), 0)
  for (const each of backendRefs) {
    left -= weight(each)
    if (left < 0) return each
  }
  return null
}

interface Sent {
  path: string
  headers: Record<string, string | string[] | undefined>
}

/** A request as its backend gets it. Throws for a filter that this router does not know: to leave it out would be another route. */
export function filtered({ rule, prefix }: Matched, { path, headers }: Sent): Sent {
  const sent = { path, headers: { ...headers } }
  for (const { type, requestHeaderModifier, urlRewrite } of rule.filters ?? []) {
    if (type === 'RequestHeaderModifier' && requestHeaderModifier) modify(sent.headers, requestHeaderModifier)
    else if (type === 'URLRewrite' && urlRewrite) sent.path = rewritten(sent.path, prefix, urlRewrite)
    else throw new Error(`The router of the tests knows no filter ${type}.`)
  }
  return sent
}

function modify(headers: Sent['headers'], { set = [], add = [], remove = [] }: NonNullable<Filter['requestHeaderModifier']>): void {
  for (const name of remove) delete headers[name.toLowerCase()]
  for (const { name, value } of set) headers[name.toLowerCase()] = value
  for (const { name, value } of add) headers[name.toLowerCase()] = [headers[name.toLowerCase()] ?? [], value].flat()
}

function rewritten(path: string, prefix: string, { path: to }: NonNullable<Filter['urlRewrite']>): string {
  if (to?.type === 'ReplaceFullPath') return to.replaceFullPath ?? path
  if (to?.type !== 'ReplacePrefixMatch') return path
  const rest = path.slice(prefix.replace(/\/$/, '').length)
  return `${(to.replacePrefixMatch ?? '').replace(/\/$/, '')}${rest}` || '/'
}
