import type { EndpointRow } from '@/lib/endpoints/view-schema'
import type { RolloutRow } from '@/lib/rollouts/view-schema'

interface House {
  endpoints: EndpointRow[]
  /** More endpoints exist than were read. */
  more: boolean
  live: RolloutRow[]
  /** Approvals that wait for this person. */
  waiting: number
  /** Only this environment is looked at: the sentence says so, and says nothing of the rest. */
  environment?: string | undefined
}

function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** One sentence for the house: first what harms users, then what is not known, then what goes on and what waits. Never "safe". */
export function houseSentence({ endpoints, more, live, waiting, environment }: House): string {
  if (endpoints.length === 0) return environment ? `Nothing is served in ${environment}.` : 'Nothing is served yet.'
  return [
    environment ? `Only ${environment}:` : '',
    healthSentence(endpoints, more),
    goingOn(live),
    waiting > 0 ? `${plural(waiting, 'approval waits', 'approvals wait')} for you.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function healthSentence(endpoints: EndpointRow[], more: boolean): string {
  const named = (health: EndpointRow['health']) => endpoints.filter((each) => each.health === health)
  const say = (rows: EndpointRow[], one: string, many: string) => {
    const [first] = rows
    if (!first) return ''
    return rows.length === 1 ? `${first.model} in ${first.environment} ${one}: ${first.says}.` : `${rows.length} endpoints ${many}.`
  }
  const bad = [
    say(named('harmed'), 'fails users now', 'fail users now'),
    say(named('misrouted'), 'does not route as wished', 'do not route as wished'),
    say(named('unready'), 'is not wholly ready', 'are not wholly ready'),
    unknownSentence(named('unknown')),
  ].filter(Boolean)
  if (bad.length > 0) return bad.join(' ')
  if (more) return `The ${endpoints.length} endpoints shown serve.`
  return endpoints.length === 1 ? 'The one endpoint serves.' : `All ${endpoints.length} endpoints serve.`
}

function unknownSentence(rows: EndpointRow[]): string {
  const [first] = rows
  if (!first) return ''
  return rows.length === 1
    ? `The state of ${first.model} in ${first.environment} is not known: ${first.says}.`
    : `The state of ${rows.length} endpoints is not known.`
}

function goingOn(live: RolloutRow[]): string {
  const returning = live.filter((each) => each.phase === 'returning').length
  const held = live.filter((each) => each.phase === 'holding').length
  if (live.length === 0) return 'No rollout is under way.'
  const parts = [returning > 0 ? `${returning} returning` : '', held > 0 ? `${held} held` : ''].filter(Boolean)
  return `${plural(live.length, 'rollout is', 'rollouts are')} under way${parts.length > 0 ? `, ${parts.join(', ')}` : ''}.`
}

const ORDER: EndpointRow['health'][] = ['harmed', 'misrouted', 'unready', 'unknown', 'ok']

/** Endpoints worst first: what harms users, then what is not ready or not known; equals by their share of bad requests. */
export function worstFirst(endpoints: readonly EndpointRow[]): EndpointRow[] {
  return [...endpoints].sort((a, b) => ORDER.indexOf(a.health) - ORDER.indexOf(b.health) || (b.bad ?? -1) - (a.bad ?? -1))
}
