'use client'

import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { editModelAction } from '@/lib/models/actions'
import type { ModelDetail } from '@/lib/models/schema'
import { ModelWords } from './model-words'

/** Changes a model's words. Its address, its task and its versions stay. */
export function EditModel({ model }: { model: ModelDetail }) {
  return (
    <FormDialog
      trigger={<Button>Edit</Button>}
      title={`Edit ${model.name}`}
      description={`Its address ${model.slug} and its versions stay. The change stands in the audit.`}
      action="Save the model"
      send={(typed) => editModelAction({ model: model.slug, ...Object.fromEntries(typed) })}
    >
      {(refused) => (
        <>
          <Field label="Name" error={refused.name}>
            <Input name="name" required maxLength={120} defaultValue={model.name} />
          </Field>
          <ModelWords fields={refused} now={model} />
        </>
      )}
    </FormDialog>
  )
}
