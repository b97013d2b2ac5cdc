'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import type { Location } from '@/lib/clusters/schema'
import { editEnvironmentAction, removeEnvironmentAction, setClustersAction } from '@/lib/environments/actions'
import type { EnvironmentDetail } from '@/lib/environments/schema'
import { DataClassField } from './data-class-field'
import { type Chosen, WavePicker, wavesError, wavesOf } from './wave-picker'

interface EditClustersProps {
  environment: string
  /** Its clusters now. */
  now: { name: string; wave: number }[]
  all: { name: string; location: Location }[]
}

/** Changes which clusters an environment has, and their waves. */
export function EditClusters({ environment, now, all }: EditClustersProps) {
  const [chosen, setChosen] = useState<Chosen>(() => Object.fromEntries(now.map(({ name, wave }) => [name, String(wave)])))
  return (
    <FormDialog
      trigger={<Button size="sm">Edit clusters and waves</Button>}
      title="Edit clusters and waves"
      description="Refused while a rollout goes on here."
      action="Save the clusters"
      send={() => setClustersAction({ environment, clusters: wavesOf(chosen) })}
    >
      {(refused) => <WavePicker clusters={all} chosen={chosen} error={wavesError(refused)} onChange={setChosen} />}
    </FormDialog>
  )
}

/** Gives it another name, or says which data it serves. */
export function EditEnvironment({ environment }: { environment: Pick<EnvironmentDetail, 'slug' | 'name' | 'kind' | 'dataClass'> }) {
  const { slug, name, kind, dataClass } = environment
  return (
    <FormDialog
      trigger={<Button>Edit</Button>}
      title={`Edit ${name}`}
      description={`Its address ${slug} stays. What it serves already goes on; where it no longer fits, that is shown.`}
      action="Save the environment"
      send={(typed) => editEnvironmentAction({ environment: slug, ...Object.fromEntries(typed) })}
    >
      {(refused) => (
        <>
          <Field label="Name" error={refused.name}>
            <Input name="name" required maxLength={120} defaultValue={name} />
          </Field>
          <DataClassField kind={kind} now={dataClass} error={refused.dataClass} />
        </>
      )}
    </FormDialog>
  )
}

/** Takes an environment away. */
export function RemoveEnvironment({ slug, name }: { slug: string; name: string }) {
  const router = useRouter()
  const remove = async () => {
    const result = await reached(removeEnvironmentAction({ environment: slug }))
    if (!result.ok) return result.problem.message
    router.push('/environments')
  }
  return (
    <Confirm
      trigger={<Button>Remove the environment</Button>}
      title={`Remove ${name}`}
      description="Its address becomes free. Rollouts and their evidence stay. It is refused while it serves an endpoint."
      action={`Remove ${name}`}
      variant="danger"
      onConfirm={remove}
    />
  )
}
