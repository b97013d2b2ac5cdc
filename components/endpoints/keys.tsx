'use client'

import { useState, useTransition } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { createKeyAction, revokeKeyAction } from '@/lib/endpoints/actions'
import type { CreatedKey } from '@/lib/endpoints/schema'
import type { KeyView } from '@/lib/endpoints/view-schema'

/** The keys of an endpoint's callers. A new one is shown once; several may hold at once, so that callers can change over. */
export function Keys({ endpointId, keys, mayChange }: { endpointId: string; keys: KeyView[]; mayChange: boolean }) {
  return (
    <div className="grid gap-3 p-4">
      {keys.length === 0 ? (
        <p>Anyone who reaches the address may call it: there is no key.</p>
      ) : (
        <KeyTable endpointId={endpointId} keys={keys} mayChange={mayChange} />
      )}
      {mayChange ? (
        <CreateKey endpointId={endpointId} first={keys.length === 0} />
      ) : (
        <p className="text-muted text-sm">SREs may create and revoke keys.</p>
      )}
    </div>
  )
}

function KeyTable({ endpointId, keys, mayChange }: { endpointId: string; keys: KeyView[]; mayChange: boolean }) {
  const revoke = async (keyId: string) => {
    const result = await reached(revokeKeyAction({ endpointId, keyId }))
    return result.ok ? undefined : result.problem.message
  }
  return (
    <div className="rounded-md border">
      <Table label="Keys">
        <TableHead>
          <TableHeading>Name</TableHeading>
          <TableHeading>Begins with</TableHeading>
          <TableHeading>Created</TableHeading>
          <TableHeading>Ends</TableHeading>
          <TableHeading>Revoke</TableHeading>
        </TableHead>
        <TableBody>
          {keys.map((key) => (
            <TableRow key={key.id}>
              <TableCell className="font-medium">{key.name}</TableCell>
              <TableCell className="font-mono text-sm">{key.prefix}</TableCell>
              <TableCell>
                <RelativeTime at={key.createdAt} />
              </TableCell>
              <TableCell>{key.expiresAt ? <RelativeTime at={key.expiresAt} /> : 'never'}</TableCell>
              <TableCell className="text-right">
                {mayChange ? (
                  <Confirm
                    trigger={<Button size="sm">Revoke</Button>}
                    title={`Revoke the key “${key.name}”`}
                    description={
                      <p>
                        Callers that still use it get 401 within seconds.
                        {keys.length === 1 ? ' It is the last key: after it anyone who reaches the address may call it.' : ''}
                      </p>
                    }
                    action="Revoke key"
                    variant="danger"
                    onConfirm={() => revoke(key.id)}
                  />
                ) : null}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function CreateKey({ endpointId, first }: { endpointId: string; first: boolean }) {
  const [created, setCreated] = useState<CreatedKey | null>(null)
  const [error, setError] = useState<string>()
  const [pending, start] = useTransition()
  const create = (form: FormData) =>
    start(async () => {
      const days = String(form.get('days') ?? '')
      const result = await reached(createKeyAction({ endpointId, name: form.get('name'), days: days === '' ? null : Number(days) }))
      setCreated(result.ok ? result.value : null)
      setError(result.ok ? undefined : result.problem.message)
    })
  return (
    <>
      <form action={create} className="flex flex-wrap items-end gap-2">
        <Field label="Name of a new key" error={error} className="w-56">
          <Input name="name" required maxLength={120} placeholder="who will use it" />
        </Field>
        <Field label="Days it holds" className="w-32">
          <Input name="days" type="number" min={1} max={730} placeholder="no end" />
        </Field>
        <Button type="submit" pending={pending}>
          Create key
        </Button>
      </form>
      {first ? <p className="text-muted text-sm">The first key closes the endpoint: callers without one get 401.</p> : null}
      {created ? (
        <div role="status" className="grid gap-1">
          <p className="font-medium">Copy it now: it is shown this once and kept nowhere.</p>
          <CodeBlock code={created.key} what="key" />
        </div>
      ) : null}
    </>
  )
}
