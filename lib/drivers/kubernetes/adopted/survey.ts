import type { SurveyResult } from '../../driver'
import { type Hand, unreachable } from '../clients'
import { LABELS } from '../render/names'
import { isAdopted } from './adopted'
import { readAround } from './around'
import { foundRoute } from './found'
import { foundInferences, readInferences } from './inference-list'
import { isOurParent } from './obstacles'
import { ForeignSpec } from './parts'

/** What else serves in the namespace: through our gateway, and what of it was taken over; and by KServe. Writes nothing. */
export async function surveyRoutes(hand: Hand, signal: AbortSignal): Promise<SurveyResult> {
  const [around, inferences] = await Promise.all([readAround(hand, signal), readInferences(hand.client, signal)])
  if (typeof around === 'string') return unreachable(`${hand.name}: ${around}`)
  const foreign = around.routes.filter((route) => isAdopted(route) || !(LABELS.endpoint in route.metadata.labels))
  const routes = foreign.flatMap((route) => {
    const spec = ForeignSpec.safeParse(route.spec ?? {}).data
    const ours = isAdopted(route) || spec?.parentRefs.some((parent) => isOurParent(parent, hand.config))
    return spec && ours ? [foundRoute(route, spec, around)] : []
  })
  routes.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { ok: true, routes, elsewhere: foreign.length - routes.length, inferences: foundInferences(inferences, around) }
}
