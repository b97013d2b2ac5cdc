'use client'

import { type FormEvent, useState, useTransition } from 'react'
import { NO_REFUSAL, refusalOf } from '@/components/auth/enter'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { reached } from '@/components/ui/reached'
import { addClusterAction, editClusterAction } from '@/lib/clusters/actions'
import type { ClusterRow } from '@/lib/clusters/schema'
import { ClusterFields } from './cluster-fields'
import { ExampleEnded } from './example-ended'
import { IdentityToken } from './identity-token'

interface Added {
  identityToken: string
  link: string | null
}

/** Adds a local cluster, and shows its identity token once. */
export function ClusterForm() {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [added, setAdded] = useState<Added | null>(null)
  const [pending, start] = useTransition()
  const change = (next: boolean) => {
    setOpen(next)
    setAdded(null)
    setRefusal(NO_REFUSAL)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const input = Object.fromEntries(new FormData(event.currentTarget))
    start(async () => {
      const result = await reached(addClusterAction(input))
      setRefusal(refusalOf(result))
      if (result.ok) setAdded({ identityToken: result.value.identityToken, link: result.value.exampleEnded?.link ?? null })
    })
  }
  return (
    <Dialog open={open} onOpenChange={change}>
      <DialogTrigger asChild>
        <Button variant="primary">Add a cluster</Button>
      </DialogTrigger>
      <DialogContent title="Add a local cluster" description="A running local cluster of Slipway, on this machine or another.">
        {added ? (
          <div className="grid gap-3">
            <IdentityToken token={added.identityToken} />
            <ExampleEnded link={added.link} />
          </div>
        ) : (
          <ClusterFields refusal={refusal} pending={pending} onSubmit={submit} />
        )}
      </DialogContent>
    </Dialog>
  )
}

/** Changes a cluster's addresses, place or admin token; its name stays. */
export function EditCluster({ cluster }: { cluster: ClusterRow }) {
  const [open, setOpen] = useState(false)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [link, setLink] = useState<string | null>(null)
  const [pending, start] = useTransition()
  const change = (next: boolean) => {
    setOpen(next)
    setLink(null)
    setRefusal(NO_REFUSAL)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { adminToken, ...rest } = Object.fromEntries(new FormData(event.currentTarget))
    const input = { clusterId: cluster.id, ...rest, ...(adminToken ? { adminToken } : {}) }
    start(async () => {
      const result = await reached(editClusterAction(input))
      setRefusal(refusalOf(result))
      if (!result.ok) return
      const ended = result.value.exampleEnded?.link ?? null
      setLink(ended)
      if (!ended) setOpen(false)
    })
  }
  return (
    <Dialog open={open} onOpenChange={change}>
      <DialogTrigger asChild>
        <Button size="sm" variant="ghost">
          Edit
        </Button>
      </DialogTrigger>
      <DialogContent title={`Edit ${cluster.name}`} description="What it runs goes on. The engine uses the new address at its next look.">
        {link ? <ExampleEnded link={link} /> : <ClusterFields now={cluster} refusal={refusal} pending={pending} onSubmit={submit} />}
      </DialogContent>
    </Dialog>
  )
}
