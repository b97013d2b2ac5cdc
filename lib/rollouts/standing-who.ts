import { PERMISSIONS, type Permission } from '@/lib/auth/permissions'
import { advance, type Input } from './machine'
import type { PlanDocument } from './schema'
import type { RolloutState } from './state'

type Asked = 'pause' | 'resume' | 'extend' | 'lower' | 'promote-now' | 'return' | 'cancel' | 'takeover-keep' | 'takeover-restore'

const VERBS: Record<Asked, { permission: Permission; words: string }> = {
  resume: { permission: 'rollout:resume', words: 'resume it' },
  pause: { permission: 'rollout:pause', words: 'pause it' },
  extend: { permission: 'rollout:resume', words: 'give it more time' },
  lower: { permission: 'rollout:pause', words: 'take it back to 0 %' },
  'promote-now': { permission: 'rollout:promote', words: 'promote it now' },
  return: { permission: 'rollout:return', words: 'return it' },
  cancel: { permission: 'rollout:cancel', words: 'cancel it' },
  'takeover-keep': { permission: 'rollout:takeover', words: 'keep theirs' },
  'takeover-restore': { permission: 'rollout:takeover', words: 'restore ours' },
}

const ROLE_WORDS = { viewer: 'viewers', engineer: 'engineers', approver: 'approvers', sre: 'SREs', admin: 'admins' } as const

/** "Engineers and SREs may pause it or return it." Asked of the machine and of the table of permissions, so that it promises nothing that is refused. */
export function whoMay(plan: PlanDocument, state: RolloutState, now: number): string {
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
    if (isSame(kind, state)) continue
    const input: Input = { kind, by: { id: '', name: '' }, reason: '' }
    const moved = advance(plan, state, input, now)
    if (moved.ok && moved.next !== state) add(permission, words)
  }
  if (byRoles.size > 0) return `${[...byRoles].map(([roles, words]) => `${capital(roles)} may ${listed(words, 'or')}`).join('; ')}.`
  if (state.phase === 'returning') return 'Nobody has to act: traffic is going back.'
  return state.phase === 'starting' || state.phase === 'progressing'
    ? 'Nobody has to act; engineers and SREs may return the endpoint to another version.'
    : 'Engineers may launch another rollout; engineers and SREs may return the endpoint to a version that was live before.'
}

/** Before approval return is another word for cancel, and later cancel is another word for return. */
function isSame(kind: Asked, { phase }: RolloutState): boolean {
  return kind === (phase === 'awaiting-approval' ? 'return' : 'cancel')
}

function listed(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
