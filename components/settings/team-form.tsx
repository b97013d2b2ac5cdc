'use client'

import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { createTeamAction } from '@/lib/teams/actions'

/** Makes a team. */
export function TeamForm() {
  return (
    <FormDialog
      trigger={<Button variant="primary">Make a team</Button>}
      title="Make a team"
      description="A team owns models and their endpoints, and API tokens."
      action="Make the team"
      send={(typed) => createTeamAction(Object.fromEntries(typed))}
    >
      {(refused) => (
        <>
          <Field label="Name" error={refused.name}>
            <Input name="name" required />
          </Field>
          <Field label="Address" hint="Lower-case letters, digits and dashes. It stays for good." error={refused.slug}>
            <Input name="slug" required />
          </Field>
        </>
      )}
    </FormDialog>
  )
}
