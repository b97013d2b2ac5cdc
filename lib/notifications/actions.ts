'use server'

import { act } from '@/lib/auth/session'
import { addWebhook, removeWebhook, retryDelivery, testWebhook } from './commands'

export const addWebhookAction = async (input: unknown) => act(addWebhook, input, { refresh: false })
export const removeWebhookAction = async (input: unknown) => act(removeWebhook, input)
export const testWebhookAction = async (input: unknown) => act(testWebhook, input)
export const retryDeliveryAction = async (input: unknown) => act(retryDelivery, input)
