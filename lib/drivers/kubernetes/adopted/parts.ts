import * as z from 'zod'

const GATEWAYS = 'gateway.networking.k8s.io'

const Match = z.object({
  path: z.object({ type: z.string().default('PathPrefix'), value: z.string().default('/') }).prefault({}),
  method: z.string().nullish(),
  headers: z.array(z.object({ type: z.string().default('Exact'), name: z.string(), value: z.string() })).default([]),
  queryParams: z.array(z.object({ type: z.string().default('Exact'), name: z.string(), value: z.string() })).default([]),
})
export type Match = z.output<typeof Match>

const Backend = z.object({
  group: z.string().default(''),
  kind: z.string().default('Service'),
  name: z.string(),
  namespace: z.string().optional(),
  port: z.number().int().nullish(),
  weight: z.number().int().default(1),
})
export type Backend = z.output<typeof Backend>

const Rule = z.object({
  matches: z.array(Match).default([]),
  filters: z.array(z.object({ type: z.string() })).default([]),
  backendRefs: z.array(Backend).default([]),
  sessionPersistence: z.unknown().optional(),
})

type Rule = z.output<typeof Rule>

/** Whether a rule is for pinned requests, by which one person tries an address. */
export function isForPinned({ matches }: Pick<Rule, 'matches'>): boolean {
  return matches.some(({ headers }) => headers.some(({ name }) => name.toLowerCase() === 'x-slipway-arm'))
}

const Parent = z.object({
  group: z.string().default(GATEWAYS),
  kind: z.string().default('Gateway'),
  name: z.string(),
  namespace: z.string().optional(),
})
export type Parent = z.output<typeof Parent>

/** What is read of the spec of a route that is not ours. */
export const ForeignSpec = z.object({
  parentRefs: z.array(Parent).default([]),
  hostnames: z.array(z.string()).default([]),
  rules: z.array(Rule).default([]),
})
export type ForeignSpec = z.output<typeof ForeignSpec>

const Labels = z.record(z.string(), z.string())

export const ForeignService = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ selector: Labels.default({}) }).prefault({}),
})
export type ForeignService = z.output<typeof ForeignService>

/** `metadata` whole: who writes to it is read from there. */
export const ForeignDeployment = z.object({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.object({
    replicas: z.number().int().default(1),
    template: z.object({
      metadata: z.object({ labels: Labels.default({}) }).prefault({}),
      spec: z.object({ containers: z.array(z.object({ image: z.string().default('') })).default([]) }).prefault({}),
    }),
  }),
  status: z.object({ readyReplicas: z.number().int().default(0) }).prefault({}),
})
export type ForeignDeployment = z.output<typeof ForeignDeployment>

/** The Deployments whose pods a Service selects; one without a selector has none. */
export function deploymentsBehind(service: ForeignService | undefined, deployments: readonly ForeignDeployment[]): ForeignDeployment[] {
  const selector = Object.entries(service?.spec.selector ?? {})
  if (selector.length === 0) return []
  return deployments.filter(({ spec }) => selector.every(([key, value]) => spec.template.metadata.labels[key] === value))
}

/** A match in words: "paths under /fraud, header x-team = risk, by POST". */
export function matchWords({ path, method, headers, queryParams }: Match): string {
  const paths = { PathPrefix: `paths under ${path.value}`, Exact: `the path ${path.value}` }[path.type] ?? `paths like ${path.value}`
  const equals = ({ type, name, value }: { type: string; name: string; value: string }) =>
    `${name} ${type === 'Exact' ? '=' : 'like'} ${value}`
  return [
    paths,
    ...headers.map((header) => `header ${equals(header)}`),
    ...queryParams.map((param) => `query ${equals(param)}`),
    ...(method ? [`by ${method}`] : []),
  ].join(', ')
}
