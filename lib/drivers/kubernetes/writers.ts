import * as z from 'zod'

const Owned = z.object({
  metadata: z.object({
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    managedFields: z.array(z.object({ manager: z.string().default(''), subresource: z.string().default('') })).default([]),
    ownerReferences: z.array(z.object({ apiVersion: z.string().default(''), kind: z.string().default('') })).default([]),
  }),
})

/** Tools that write to objects of a cluster. `Flux Helm`: Flux's helm-controller, which is told other things than its kustomize-controller. */
export type Tool = 'Argo CD' | 'Argo Rollouts' | 'Flagger' | 'Flux' | 'Flux Helm' | 'Helm' | 'KServe'

/** Managers of fields, by the names under which these tools write. */
const MANAGERS: [RegExp, Tool][] = [
  [/^argocd-/, 'Argo CD'],
  [/^(kustomize|source)-controller$/, 'Flux'],
  [/^helm-controller$/, 'Flux Helm'],
  [/^(rollouts-controller|argo-rollouts)/, 'Argo Rollouts'],
  [/^flagger/, 'Flagger'],
  [/^kserve/, 'KServe'],
  [/^helm$/i, 'Helm'],
]
const TRACES: [field: 'labels' | 'annotations', key: string, tool: Tool][] = [
  ['annotations', 'argocd.argoproj.io/tracking-id', 'Argo CD'],
  ['labels', 'argocd.argoproj.io/instance', 'Argo CD'],
  ['labels', 'kustomize.toolkit.fluxcd.io/name', 'Flux'],
  ['labels', 'helm.toolkit.fluxcd.io/name', 'Flux Helm'],
  ['annotations', 'meta.helm.sh/release-name', 'Helm'],
  ['labels', 'rollouts.argoproj.io/gatewayapi-canary', 'Argo Rollouts'],
  ['labels', 'serving.kserve.io/inferenceservice', 'KServe'],
]
/** Controllers that own objects, by the kind of what owns them. */
const OWNERS: [group: string, kind: string, tool: Tool][] = [
  ['argoproj.io/', 'Rollout', 'Argo Rollouts'],
  ['flagger.app/', 'Canary', 'Flagger'],
  ['serving.kserve.io/', 'InferenceService', 'KServe'],
]

/** Tools whose controllers own an object, by name: they put back what others change of it, and it goes when what owns it goes. Pure. */
export function owningTools(object: unknown): Tool[] {
  const owners = Owned.safeParse(object).data?.metadata.ownerReferences ?? []
  return OWNERS.filter(([group, kind]) => owners.some((each) => each.apiVersion.startsWith(group) && each.kind === kind)).map(
    ([, , tool]) => tool,
  )
}

/** Tools beside Slipway that write to an object, by name; who only writes its status is not counted. Pure. */
export function otherWriters(object: unknown): Tool[] {
  const owned = Owned.safeParse(object)
  if (!owned.success) return []
  const { labels, annotations, managedFields } = owned.data.metadata
  const writing = managedFields.filter(({ subresource }) => subresource === '')
  const named = writing.flatMap(({ manager }) => MANAGERS.find(([pattern]) => pattern.test(manager))?.[1] ?? [])
  const traced = TRACES.filter(([field, key]) => key in { labels, annotations }[field]).map(([, , tool]) => tool)
  const tools = new Set([...named, ...traced, ...owningTools(object)])
  // What Flux installs by Helm bears Helm's marks too, and Flux is who writes.
  if (tools.has('Flux Helm')) tools.delete('Helm')
  return [...tools].sort()
}
