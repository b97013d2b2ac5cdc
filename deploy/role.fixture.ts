import type { Manifest } from './kustomization'

export interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

export type Role = Manifest & { rules: Rule[] }

/** One verb on one resource. */
export interface Permission {
  group: string
  resource: string
  verb: string
}

/** What rules grant, one by one. */
export function permissionsOf(rules: readonly Rule[]): Permission[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  )
}

/** The role, a rule for each permission, without one of them. */
export function without(role: Role, { group, resource, verb }: Permission): Role {
  const rest = permissionsOf(role.rules).filter((each) => each.group !== group || each.resource !== resource || each.verb !== verb)
  return { ...role, rules: rest.map((each) => ({ apiGroups: [each.group], resources: [each.resource], verbs: [each.verb] })) }
}
