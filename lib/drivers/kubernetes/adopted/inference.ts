import type { FoundInference, InferenceFacts } from '@/lib/clusters/routes/schema'
import { formatWeight } from '@/lib/format'
import { otherWriters } from '../writers'
import { FORMATS, ForeignInference, Named, type Predictor, type Server } from './inference-parts'
import type { Surroundings } from './obstacles'
import { deploymentsBehind } from './parts'
import { fewOf, shown, shownLocation } from './shown'

const MODE = 'serving.kserve.io/deploymentMode'

/**
 * An InferenceService that Slipway did not make, for people: what it says of itself, what KServe says of it, and what would move its callers. One that cannot be
 * read is told by its name, with the field. Pure.
 */
export function foundInference(object: unknown, around: Surroundings): FoundInference {
  const name = Named.safeParse(object).data?.metadata.name ?? ''
  const told = { name, writers: otherWriters(object).filter((tool) => tool !== 'KServe') as string[] }
  const read = ForeignInference.safeParse(object)
  if (!read.success) return { ...told, facts: null, callers: null, unreadable: shown(read.error.issues[0].path.join('.')) }
  const { spec } = read.data
  // Callers come to the first of them that is there.
  const front = spec.transformer ? `${name}-transformer` : predictorService(name, spec.predictor)
  const callers = callersWords(front, Boolean(spec.explainer), around)
  return { ...told, facts: factsOf(read.data), callers, unreadable: null }
}

/** As KServe calls it. */
function predictorService(name: string, predictor: Predictor): string {
  return [name, predictor.name, 'predictor'].filter(Boolean).join('-')
}

function factsOf({ metadata, spec, status }: ForeignInference): InferenceFacts {
  const { predictor } = spec
  const ready = status.conditions.find(({ type }) => type === 'Ready')
  const said = { True: true, False: false }[ready?.status ?? ''] ?? null
  const why = said ? [] : [ready?.reason, ready?.message].flatMap((each) => each || [])
  const mode = status.deploymentMode || metadata.annotations[MODE]
  const beside = [...(spec.transformer ? ['a transformer'] : []), ...(spec.explainer ? ['an explainer'] : [])]
  return {
    runs: runsWords(predictor, status),
    from: fromWords(predictor),
    beside: beside.length > 0 ? beside.join(' and ') : null,
    ready: said,
    why: why.length > 0 ? shown(why.join(': ')) : null,
    url: status.url ? shownLocation(status.url) : null,
    mode: mode ? shown(mode) : null,
    ...sharesWords(spec, status),
  }
}

/** The model's server, with its format where KServe knows it. */
function serverOf(predictor: Predictor): { format: string | null; server: Server } | null {
  const { model } = predictor
  if (model) {
    const { name, version } = model.modelFormat ?? {}
    return { format: name ? [name, version].filter(Boolean).join(' ') : null, server: model }
  }
  const format = FORMATS.find((each) => predictor[each])
  const server = format && predictor[format]
  return server ? { format, server } : null
}

function runsWords(predictor: Predictor, status: ForeignInference['status']): string | null {
  const known = serverOf(predictor)
  if (!known) {
    const images = predictor.containers.flatMap(({ image }) => (image ? [shown(image)] : []))
    return images.length > 0 ? `the image ${fewOf(images)}` : null
  }
  const { format, server } = known
  const runtime = server.runtime || status.servingRuntimeName || status.clusterServingRuntimeName
  return [
    format ? `a model of the format ${shown(format)}` : 'a model of no named format',
    runtime ? `by the runtime ${shown(runtime)}` : 'by a runtime that it does not name',
    ...(server.image ? [`with the image ${shown(server.image)}`] : []),
  ].join(', ')
}

function fromWords(predictor: Predictor): string | null {
  const server = serverOf(predictor)?.server
  const { storage } = server ?? {}
  const locations = [server?.storageUri, ...predictor.storageUris.map(({ uri }) => uri)].flatMap((uri) => (uri ? [shownLocation(uri)] : []))
  if (storage) locations.push(`${shownLocation(storage.path || '/')} in the storage ${shown(storage.key || 'of its default')}`)
  return locations.length > 0 ? fewOf(locations) : null
}

/** Percents as KServe's status has them, and as the spec asks for them: neither was counted. */
function sharesWords({ predictor, canary }: ForeignInference['spec'], { components }: ForeignInference['status']) {
  const words = (percent: number, to: string) => `${formatWeight(percent * 100)} to ${to}`
  const said = components.predictor.traffic.flatMap(({ percent, revisionName, tag }) =>
    percent ? [words(percent, [shown(revisionName || 'the newest revision'), tag ? `(${shown(tag)})` : ''].filter(Boolean).join(' '))] : [],
  )
  const { canaryTrafficPercent: newest } = predictor
  const asked = [
    ...(typeof newest === 'number' ? [words(newest, 'the newest revision')] : []),
    ...canary.map(({ trafficPercent, predictor: { name } }) => words(trafficPercent, `the canary ${shown(name)}`)),
  ]
  return { said: said.length > 0 ? fewOf(said) : null, asked: asked.length > 0 ? fewOf(asked) : null }
}

/** What can be done for its callers. KServe makes its routes and undoes changes to them: only a route of the owner's own can be adopted, and only where obstacles allow it. */
function callersWords(front: string, explained: boolean, { config, services, deployments }: Surroundings): string {
  const elsewhere = 'To move its callers, launch a version beside it and have them call its endpoint.'
  if (config.mode !== 'gateway') return `On a cluster that is driven through KServe no route is adopted. ${elsewhere}`
  if (deploymentsBehind(services.get(front), deployments).length === 0)
    return `Nothing of it can be adopted: no Service ${front} with a Deployment behind it is in the namespace. ${elsewhere}`
  const { gateway } = config
  const route = `an HTTPRoute of your own on ${gateway ? `the Gateway ${gateway.namespace}/${gateway.name}` : 'a Service'}`
  const beside = explained ? ' Its explainer is not behind that Service.' : ''
  const way = `launch a version beside it, lead them by ${route} to the Service ${front} alone, and adopt that route here in shares.`
  return `To move its callers, ${way} Whoever calls KServe’s own address is answered as before until they call yours.${beside}`
}
