'use client'

import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { Select } from '@/components/ui/select'
import { removeAliasAction, setAliasAction } from '@/lib/aliases/actions'

/** Points an alias, new or old, to a ready version. */
export function AliasForm({ model, ready, name }: { model: string; ready: number[]; name?: string }) {
  const title = name ? `Move ${name}` : 'Set an alias'
  return (
    <FormDialog
      trigger={<Button size="sm">{title}</Button>}
      title={title}
      description="An alias names one version. Each move is kept with who, when and why."
      action={title}
      send={(typed) => setAliasAction({ model, ...(name ? { name } : {}), ...Object.fromEntries(typed) })}
    >
      {(refused) => (
        <>
          {name ? null : (
            <Field label="Alias" hint="Lower-case letters, digits and dashes." error={refused.name}>
              <Input name="name" required maxLength={63} placeholder="challenger" />
            </Field>
          )}
          <Field label="Version" error={refused.number}>
            <Select name="number">
              {ready.map((number) => (
                <option key={number} value={number}>
                  v{number}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Why" error={refused.reason}>
            <Input name="reason" maxLength={500} />
          </Field>
        </>
      )}
    </FormDialog>
  )
}

/** Takes an alias away. */
export function RemoveAlias({ model, name }: { model: string; name: string }) {
  const remove = async () => {
    const result = await reached(removeAliasAction({ model, name }))
    return result.ok ? undefined : result.problem.message
  }
  return (
    <Confirm
      trigger={
        <Button size="sm" variant="ghost">
          Remove {name}
        </Button>
      }
      title={`Remove the alias ${name}`}
      description="Whoever asks for it finds nothing. Its history stays, and it can be set again."
      action={`Remove ${name}`}
      onConfirm={remove}
    />
  )
}
