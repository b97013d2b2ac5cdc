'use client'

import { Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { reached } from '@/components/ui/reached'
import { Select } from '@/components/ui/select'
import { returnEndpointAction } from '@/lib/rollouts/actions'

interface ReturnButtonProps {
  endpointId: string
  model: string
  environment: string
  live: number | null
  /** Versions promoted here before, newest first. */
  versions: { id: string; number: number }[]
  size?: 'sm' | 'md'
}

/** Return to an earlier version, in two clicks: only to one that was promoted here before. */
export function ReturnButton({ endpointId, model, environment, live, versions, size = 'md' }: ReturnButtonProps) {
  const router = useRouter()
  const [number, setNumber] = useState(versions[0]?.number ?? 0)
  if (versions.length === 0) return null
  const confirm = async () => {
    const result = await reached(returnEndpointAction({ endpointId, version: number }))
    if (!result.ok) return result.problem.message
    router.push(`/rollouts/${result.value.id}`)
    return undefined
  }
  return (
    <Confirm
      trigger={
        <Button size={size}>
          <Undo2 aria-hidden />
          Return to {versions.length === 1 ? `v${versions[0]?.number}` : 'an earlier version'}
        </Button>
      }
      title={`Return ${model} in ${environment} to v${number}`}
      description={
        <p>
          All traffic goes from {live === null ? 'no version' : `v${live}`} to v{number} as soon as its replicas are ready. It ends the
          rollout that is under way here. No approval is needed.
        </p>
      }
      action={`Return to v${number}`}
      variant="danger"
      onConfirm={confirm}
    >
      {versions.length > 1 ? (
        <Field label="Version">
          <Select value={number} onChange={(event) => setNumber(Number(event.target.value))}>
            {versions.map((version) => (
              <option key={version.id} value={version.number}>
                v{version.number}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
    </Confirm>
  )
}
