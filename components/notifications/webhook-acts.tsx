'use client'

import { useTransition } from 'react'
import { Confirm } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { reached } from '@/components/ui/reached'
import { useToast } from '@/components/ui/toast'
import { removeWebhookAction, retryDeliveryAction, testWebhookAction } from '@/lib/notifications/actions'

/** What one does with a webhook: try it, or end it. */
export function WebhookActs({ webhookId, name }: { webhookId: string; name: string }) {
  const say = useToast()
  const [pending, start] = useTransition()
  const test = () =>
    start(async () => {
      const result = await reached(testWebhookAction({ webhookId }))
      if (result.ok) say('A test is on its way. The messages below say what comes of it.')
      else say(result.problem.message, 'refused')
    })
  const remove = async () => {
    const result = await reached(removeWebhookAction({ webhookId }))
    return result.ok ? undefined : result.problem.message
  }
  return (
    <span className="flex flex-wrap justify-end gap-2 max-sm:justify-start">
      <Button size="sm" pending={pending} onClick={test} aria-label={`Send a test to ${name}`}>
        Send a test
      </Button>
      <Confirm
        trigger={
          <Button size="sm" aria-label={`Remove ${name}`}>
            Remove
          </Button>
        }
        title={`Remove the webhook ${name}`}
        description="Nothing more is sent to it, also not what waits. This cannot be undone; a new one gets a new secret."
        action="Remove the webhook"
        variant="danger"
        onConfirm={remove}
      />
    </span>
  )
}

/** Sends a message again now. */
export function RetryButton({ webhookId, deliveryId, title }: { webhookId: string; deliveryId: string; title: string }) {
  const say = useToast()
  const [pending, start] = useTransition()
  const retry = () =>
    start(async () => {
      const result = await reached(retryDeliveryAction({ webhookId, deliveryId }))
      if (!result.ok) say(result.problem.message, 'refused')
    })
  return (
    <Button size="sm" pending={pending} onClick={retry} aria-label={`Retry: ${title}`}>
      Retry
    </Button>
  )
}
