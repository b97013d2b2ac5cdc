import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { ROLES } from '@/lib/auth/permissions'
import type { Rights } from './rights'

const ROLE_WORDS: Record<(typeof ROLES)[number], string> = {
  viewer: 'viewer: reads',
  engineer: 'engineer: registers, launches, pauses, returns',
  approver: 'approver: approves plans of others',
  sre: 'sre: pauses, returns, rotates keys',
  admin: 'admin: members, environments, clusters',
}

/** Role, team and environment: the three parts of a grant. An empty value is "all". */
export function GrantFields({ rights, errors }: { rights: Rights; errors: Record<string, string> }) {
  return (
    <>
      <Field label="Role" error={errors.role}>
        <Select name="role" defaultValue="engineer">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {ROLE_WORDS[role]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Team" error={errors.teamId}>
        <Select name="teamId">
          {rights.teams.map((team) => (
            <option key={team.id} value={team.id}>
              {team.name}
            </option>
          ))}
          {rights.allTeams ? <option value="">all teams</option> : null}
        </Select>
      </Field>
      <Field label="Environment" error={errors.environmentId}>
        <Select name="environmentId">
          <option value="">all environments</option>
          {rights.environments.map((environment) => (
            <option key={environment.id} value={environment.id}>
              {environment.name}
            </option>
          ))}
        </Select>
      </Field>
    </>
  )
}

/** The three parts as commands take them. */
export function readGrant(form: FormData) {
  return { role: form.get('role'), teamId: form.get('teamId') || null, environmentId: form.get('environmentId') || null }
}
