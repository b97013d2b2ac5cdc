'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Confirm } from '@/components/ui/alert-dialog'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import type { Location } from '@/lib/clusters/schema'
import { removeEnvironmentAction, setClustersAction } from '@/lib/environments/actions'
import { type Chosen, WavePicker, wavesError, wavesOf } from './wave-picker'

interface EditClustersProps {
  environment: string
  /** Its clusters now. */
  now: { name: string; wave: number }[]
  all: { name: string; location: Location }[]
}

/** Changes which clusters an environment has, and their waves. */
export function EditClusters({ environment, now, all }: EditClustersProps) {
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<Chosen>(() => Object.fromEntries(now.map(({ name, wave }) => [name, String(wave)])))
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, start] = useTransition()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    start(async () => {
      const result = await setClustersAction({ environment, clusters: wavesOf(chosen) })
      setRefusal(refusalOf(result))
      if (result.ok) setOpen(false)
    })
  }
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button size="sm">Edit clusters and waves</Button>
      </DialogTrigger>
      <DialogContent title="Edit clusters and waves" description="Refused while a rollout goes on here.">
        <form onSubmit={submit} className="grid gap-3">
          {refusal.message ? <Banner>{refusal.message}</Banner> : null}
          <WavePicker clusters={all} chosen={chosen} error={wavesError(refusal.fields)} onChange={setChosen} />
          <DialogActions>
            <Button type="submit" variant="primary" pending={pending}>
              Save the clusters
            </Button>
          </DialogActions>
        </form>
      </DialogContent>
    </Dialog>
  )
}

/** Takes an environment away. */
export function RemoveEnvironment({ slug, name }: { slug: string; name: string }) {
  const router = useRouter()
  const remove = async () => {
    const result = await removeEnvironmentAction({ environment: slug })
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
