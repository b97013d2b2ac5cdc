/** Roles do not include each other; a member may hold several. */
export const ROLES = ['viewer', 'engineer', 'approver', 'sre', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Who may do what: the one table of the house. */
export const PERMISSIONS = {
  'team:read': ['viewer', 'engineer', 'approver', 'sre', 'admin'],
  'model:write': ['engineer'],
  'alias:move': ['engineer'],
  'environment:manage': ['admin'],
  'cluster:manage': ['admin'],
  'rollout:launch': ['engineer'],
  'rollout:pause': ['engineer', 'sre'],
  'rollout:resume': ['engineer', 'sre'],
  'rollout:return': ['engineer', 'sre'],
  'rollout:promote': ['engineer', 'sre'],
  'rollout:cancel': ['engineer', 'sre'],
  'rollout:approve': ['approver'],
  'rollout:takeover': ['sre'],
  'endpoint:confirm': ['sre', 'admin'],
  'endpoint:key': ['sre'],
  'endpoint:scale': ['engineer', 'sre'],
  'endpoint:retire': ['sre'],
  'outcome:write': ['engineer'],
  'token:manage': ['engineer', 'admin'],
  // Whoever works with rollouts, or is called when one holds, wires the team's channel; an approver only reads what comes.
  'webhook:manage': ['engineer', 'sre', 'admin'],
  'member:manage': ['admin'],
  'audit:read': ['viewer', 'engineer', 'approver', 'sre', 'admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

/** A role held in a team (null: all) and an environment (null: all). */
export interface Grant {
  role: Role
  teamId: string | null
  environmentId: string | null
}

/** Where a permission must hold. null means the whole installation: only a grant for all teams (or environments) covers it; undefined means any will do. */
export interface Scope {
  teamId?: string | null
  environmentId?: string | null
}

/** True if one of the grants carries the permission over the whole scope. */
export function may(grants: readonly Grant[], permission: Permission, scope: Scope): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission]
  return grants.some(
    (grant) => roles.includes(grant.role) && covers(grant.teamId, scope.teamId) && covers(grant.environmentId, scope.environmentId),
  )
}

function covers(granted: string | null, asked: string | null | undefined): boolean {
  return granted === null || asked === undefined || granted === asked
}

/** The teams an actor may read: null means all. */
export function readableTeams(grants: readonly Grant[]): string[] | null {
  if (grants.some((grant) => grant.teamId === null)) return null
  return [...new Set(grants.flatMap((grant) => (grant.teamId ? [grant.teamId] : [])))]
}
