import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Grant, may, PERMISSIONS, type Permission, ROLES, type Role, readableTeams } from './permissions'

const permissions = Object.keys(PERMISSIONS) as Permission[]
const everywhere = (role: Role): Grant => ({ role, teamId: null, environmentId: null })
const place = fc.constantFrom(null, 'a', 'b')
const grant = fc.record({ role: fc.constantFrom(...ROLES), teamId: place, environmentId: place })

describe('the permission table', () => {
  it('gives each permission to exactly the roles of the house', () => {
    const holders = Object.fromEntries(
      permissions.map((permission) => [permission, ROLES.filter((role) => may([everywhere(role)], permission, {}))]),
    )
    const all = ['viewer', 'engineer', 'approver', 'sre', 'admin']
    const hands = ['engineer', 'sre']
    expect(holders).toEqual({
      'team:read': all,
      'model:write': ['engineer'],
      'alias:move': ['engineer'],
      'environment:manage': ['admin'],
      'cluster:manage': ['admin'],
      'rollout:launch': ['engineer'],
      'rollout:pause': hands,
      'rollout:resume': hands,
      'rollout:return': hands,
      'rollout:promote': hands,
      'rollout:cancel': hands,
      'rollout:approve': ['approver'],
      'rollout:takeover': ['sre'],
      'endpoint:confirm': ['sre', 'admin'],
      'endpoint:key': ['sre'],
      'endpoint:scale': hands,
      'endpoint:retire': ['sre'],
      'outcome:write': ['engineer'],
      'token:manage': ['engineer', 'admin'],
      'webhook:manage': ['engineer', 'sre', 'admin'],
      'member:manage': ['admin'],
      'audit:read': all,
    })
  })

  it('no role approves what it launches', () => {
    for (const role of ROLES)
      expect(may([everywhere(role)], 'rollout:launch', {}) && may([everywhere(role)], 'rollout:approve', {}), role).toBe(false)
  })

  it('a grant for one team or environment never reaches another, nor the whole house', () => {
    const one: Grant = { role: 'admin', teamId: 'a', environmentId: 'a' }
    expect(may([one], 'member:manage', { teamId: 'a', environmentId: 'a' })).toBe(true)
    expect(may([one], 'member:manage', { teamId: 'b', environmentId: 'a' })).toBe(false)
    expect(may([one], 'member:manage', { teamId: 'a', environmentId: 'b' })).toBe(false)
    expect(may([one], 'member:manage', { teamId: null, environmentId: 'a' })).toBe(false)
    expect(may([one], 'member:manage', { teamId: 'a', environmentId: null })).toBe(false)
  })

  it('two grants never add up to a place that neither covers', () => {
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 6 }),
        fc.constantFrom(...permissions),
        place,
        place,
        (grants, permission, teamId, environmentId) => {
          const scope = { teamId, environmentId }
          expect(may(grants, permission, scope)).toBe(grants.some((each) => may([each], permission, scope)))
        },
      ),
    )
  })

  it('more grants never take a right away, and none gives none', () => {
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 6 }),
        grant,
        fc.constantFrom(...permissions),
        place,
        place,
        (grants, more, permission, teamId, environmentId) => {
          const scope = { teamId, environmentId }
          if (may(grants, permission, scope)) expect(may([...grants, more], permission, scope)).toBe(true)
          expect(may([], permission, scope)).toBe(false)
        },
      ),
    )
  })

  it('reads all teams only with a grant for all teams', () => {
    expect(readableTeams([everywhere('viewer')])).toBeNull()
    expect(
      readableTeams([
        { role: 'admin', teamId: 'a', environmentId: null },
        { role: 'sre', teamId: 'a', environmentId: null },
      ]),
    ).toEqual(['a'])
    expect(readableTeams([])).toEqual([])
  })
})
