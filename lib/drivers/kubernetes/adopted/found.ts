import type { FoundBackend, FoundRoute } from '@/lib/clusters/routes/schema'
import { FULL } from '@/lib/endpoints/wish'
import type { Route } from '../observed'
import { LABELS } from '../render/names'
import { madeByKserveWords, takeOverWords } from '../take-over'
import { otherWriters } from '../writers'
import { adoptedOf, isAdopted, isLeftAlone, seenOf, whyLeftAlone } from './adopted'
import { backCommand } from './give-back'
import { isMadeByKserve, obstaclesOf, type Surroundings } from './obstacles'
import { type Backend, deploymentsBehind, type ForeignDeployment, ForeignSpec, isForPinned, matchWords } from './parts'

/** A route that Slipway did not make, for people: what it matches, what runs behind it, who writes to it, and what is in the way. Pure. */
export function foundRoute(route: Route, spec: ForeignSpec, around: Surroundings): FoundRoute {
  const { name } = route.metadata
  const adopted = stateOf(route, around)
  const rules = adopted ? rulesOfAdopted(route, adopted, spec) : spec.rules
  const left = FULL - (adopted?.share ?? 0)
  return {
    name,
    seen: seenOf(route),
    hostnames: spec.hostnames,
    rules: rules.map(({ matches, backendRefs }) => ({
      matches: matches.length > 0 ? matches.map(matchWords).join('; or ') : 'all paths',
      backends: backendsOf(backendRefs, left, around),
    })),
    obstacles: adopted ? [] : obstaclesOf(route, spec, around),
    writers: otherWriters(route).map((tool) => ({
      tool,
      words:
        tool === 'KServe' && isMadeByKserve(route)
          ? madeByKserveWords(name)
          : takeOverWords(tool, { kind: 'HTTPRoute', metadata: { name } }, around.config.namespace),
    })),
    adopted,
  }
}

/**
 * Of one that follows its endpoint its owner's rule: what it matches is the same, and what is behind it is what may be left over. Of one that is left alone
 * those that stand there, but for pinned requests.
 */
function rulesOfAdopted(route: Route, { leftAlone }: NonNullable<FoundRoute['adopted']>, spec: ForeignSpec): ForeignSpec['rules'] {
  if (leftAlone !== null) return spec.rules.filter((rule) => !isForPinned(rule))
  return ForeignSpec.safeParse({ rules: [adoptedOf(route)?.theirs] }).data?.rules ?? spec.rules
}

function stateOf(route: Route, { config }: Surroundings): FoundRoute['adopted'] {
  if (!isAdopted(route)) return null
  const adopted = adoptedOf(route)
  const state = {
    endpointId: route.metadata.labels[LABELS.endpoint],
    rewrite: adopted?.rewrite ?? false,
    back: backCommand(route, config.namespace),
  }
  // What it remembers then is what Slipway wrote, which stands there no more.
  if (!adopted || isLeftAlone(route)) return { ...state, share: null, leftAlone: whyLeftAlone(route) }
  return { ...state, share: adopted.share, leftAlone: null }
}

function backendsOf(refs: readonly Backend[], left: number, { services, deployments }: Surroundings): FoundBackend[] {
  const total = refs.reduce((sum, { weight }) => sum + weight, 0)
  return refs.map(({ name, port, weight }) => ({
    service: name,
    port: port ?? null,
    share: total === 0 ? 0 : Math.round((weight * left) / total),
    deployments: deploymentsBehind(services.get(name), deployments).map(deploymentFacts),
  }))
}

function deploymentFacts(deployment: ForeignDeployment) {
  const { metadata, spec, status } = deployment
  return {
    name: metadata.name,
    images: spec.template.spec.containers.map(({ image }) => image),
    ready: status.readyReplicas,
    wanted: spec.replicas,
    writers: otherWriters(deployment) as string[],
  }
}
