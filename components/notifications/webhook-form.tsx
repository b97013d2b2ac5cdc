'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { addWebhookAction } from '@/lib/notifications/actions'

/** Makes a webhook and shows its secret once. */
export function WebhookForm({ teams }: { teams: { id: string; name: string }[] }) {
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null)
  const router = useRouter()
  const closed = (open: boolean) => {
    if (open) return
    setMade(null)
    router.refresh()
  }
  return (
    <>
      <FormDialog
        trigger={<Button variant="primary">Add a webhook</Button>}
        title="Add a webhook"
        description="It is told when a rollout of the team waits for approval, is live, holds, goes back or ends."
        action="Add the webhook"
        send={(typed) => addWebhookAction(Object.fromEntries(typed))}
        onDone={setMade}
      >
        {(refused) => (
          <>
            <Field label="Who is told" error={refused.name}>
              <Input name="name" required maxLength={80} placeholder="on-call channel" />
            </Field>
            <Field label="Address" hint="It gets a POST with JSON, signed. Redirects are not followed." error={refused.url}>
              <Input name="url" type="url" required maxLength={2_000} placeholder="https://hooks.example.org/slipway" />
            </Field>
            <Field label="Team" error={refused.teamId}>
              <Select name="teamId">
                {teams.map((team) => (
                  <option key={team.id} value={team.id}>
                    {team.name}
                  </option>
                ))}
              </Select>
            </Field>
          </>
        )}
      </FormDialog>
      <Dialog open={made !== null} onOpenChange={closed}>
        <DialogContent
          title={<span className="break-words">The secret of {made?.name}</span>}
          description="It is shown only now. With it the receiver checks that a message comes from here, as Standard Webhooks says."
        >
          <CodeBlock code={made?.secret ?? ''} what="secret" />
        </DialogContent>
      </Dialog>
    </>
  )
}
