import { PERMISSIONS, type Permission } from '@/lib/auth/permissions'
import { capital, listed } from '@/lib/format'
import { advance, type Input, type Mirrors } from './machine'
import type { PlanDocument } from './schema'
import type { RolloutState } from './state'

type Asked = Exclude<Input['kind'], 'observed' | 'approve-complete' | 'reject' | 'supersede'>

const VERBS: Record<Asked, { permission: Permission; words: string }> = {
  resume: { permission: 'rollout:resume', words: 'resume it' },
  pause: { permission: 'rollout:pause', words: 'pause it' },
  extend: { permission: 'rollout:resume', words: 'give it more time' },
  raise: { permission: 'rollout:promote', words: 'raise it to the next step' },
  lower: { permission: 'rollout:pause', words: 'take it back to 0 %' },
  mirror: { permission: 'rollout:resume', words: 'send it copies of live requests' },
  unmirror: { permission: 'rollout:resume', words: 'end its copies' },
  'promote-now': { permission: 'rollout:promote', words: 'promote it now' },
  return: { permission: 'rollout:return', words: 'return it' },
  cancel: { permission: 'rollout:cancel', words: 'cancel it' },
  'takeover-keep': { permission: 'rollout:takeover', words: 'keep theirs' },
  'takeover-restore': { permission: 'rollout:takeover', words: 'restore ours' },
}

const ROLE_WORDS = { viewer: 'viewers', engineer: 'engineers', approver: 'approvers', sre: 'SREs', admin: 'admins' } as const

/**
 * "Engineers and SREs may pause it or return it." Asked of the machine and of the table of permissions, so that it promises nothing that is refused.
 * `decides`: at the present traffic the present step can decide by itself; `able`: whether copies can be sent, or why not.
 */
export function whoMay(plan: PlanDocument, state: RolloutState, now: number, decides = false, able: Mirrors = true): string {
  const byRoles = new Map<string, string[]>()
  const add = (permission: Permission, words: string) => {
    const roles = listed(
      PERMISSIONS[permission].map((role) => ROLE_WORDS[role]),
      'and',
    )
    byRoles.set(roles, [...(byRoles.get(roles) ?? []), words])
  }
  if (state.phase === 'awaiting-approval') {
    add('rollout:approve', 'approve it')
    add('rollout:approve', 'reject it')
  }
  for (const [kind, { permission, words }] of Object.entries(VERBS) as [Asked, (typeof VERBS)[Asked]][]) {
    // A step that goes on is not raised by hand: whether it can decide is looked at when it is held.
    if (isSame(kind, state) || (kind === 'raise' && state.phase !== 'holding')) continue
    const moved = advance(plan, state, inputOf(kind, decides, able), now)
    if (moved.ok && moved.next !== state) add(permission, words)
  }
  if (byRoles.size > 0) return `${[...byRoles].map(([roles, words]) => `${capital(roles)} may ${listed(words, 'or')}`).join('; ')}.`
  if (state.phase === 'returning') return 'Nobody has to act: traffic is going back.'
  return state.phase === 'starting' || state.phase === 'progressing'
    ? 'Nobody has to act; engineers and SREs may return the endpoint to another version.'
    : 'Engineers may launch another rollout; engineers and SREs may return the endpoint to a version that was live before.'
}

function inputOf(kind: Asked, decides: boolean, able: Mirrors): Input {
  const said = { by: { id: '', name: '' }, reason: '' }
  if (kind === 'raise') return { kind, ...said, decides }
  return kind === 'mirror' ? { kind, ...said, share: null, able } : { kind, ...said }
}

/** Before approval return is another word for cancel, and later cancel is another word for return. */
function isSame(kind: Asked, { phase }: RolloutState): boolean {
  return kind === (phase === 'awaiting-approval' ? 'return' : 'cancel')
}
