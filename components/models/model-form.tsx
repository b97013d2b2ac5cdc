'use client'

import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { createModelAction } from '@/lib/models/actions'
import { Choice, ModelWords } from './model-words'

/** Makes a model, and leads to its page. `open`: the address asks for the form itself. */
export function ModelForm({ teams, open = false }: { teams: { slug: string; name: string }[]; open?: boolean }) {
  const router = useRouter()
  return (
    <FormDialog
      defaultOpen={open}
      trigger={<Button variant="primary">Create a model</Button>}
      title="Create a model"
      description="It begins empty; its versions are registered next."
      action="Create the model"
      send={(typed) => createModelAction(Object.fromEntries(typed))}
      onDone={({ slug }) => router.push(`/models/${slug}`)}
    >
      {(refused) => (
        <>
          <Field label="Name" error={refused.name}>
            <Input name="name" required maxLength={120} />
          </Field>
          <Field label="Address" hint="Lower-case letters, digits and dashes. It stays for good." error={refused.slug}>
            <Input name="slug" required maxLength={63} placeholder="flight-delay" />
          </Field>
          <Field label="Team" error={refused.team}>
            <Choice name="team" options={teams.map((team) => [team.slug, team.name])} />
          </Field>
          <ModelWords fields={refused} task />
        </>
      )}
    </FormDialog>
  )
}
