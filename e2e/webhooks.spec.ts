import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { openDialog } from './awake'
import { test } from './fixtures'
import { rest } from './house'
import { MODEL, untilFree, VERSION, viewOf } from './rollouts'

interface Got {
  id: string
  type: string
  rollout: string | undefined
  headline: string
  verified: boolean
}

let server: Server
let url = ''
let status = 204
let secret = ''
const got: Got[] = []

async function take(request: IncomingMessage): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { type, data } = JSON.parse(body)
  const headers = request.headers as Record<string, string>
  got.push({ id: headers['webhook-id'], type, rollout: data.rollout, headline: data.headline, verified: isGenuine(body, headers) })
}

function isGenuine(body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}

test.beforeAll(async () => {
  server = createServer((request, response) => void take(request).then(() => response.writeHead(status).end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
})
test.afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('a webhook is added, tried, told of a launch in the page’s own sentence, retried, and removed', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  test.setTimeout(300_000)
  await signIn('sre')
  await page.goto('/settings/webhooks')
  const form = await openDialog(page, 'Add a webhook', 'Add a webhook')
  await form.getByLabel('Who is told').fill('on-call')
  await form.getByLabel('Address').fill('http://169.254.169.254/latest')
  await form.getByRole('button', { name: 'Add the webhook' }).click()
  await expect(form.getByText(/link-local/)).toBeVisible()
  await expect(form.getByLabel('Address')).toBeFocused()
  await form.getByLabel('Address').fill(url)
  await form.getByRole('button', { name: 'Add the webhook' }).click()
  const shown = page.getByRole('dialog', { name: 'The secret of on-call' })
  secret = (await shown.locator('pre').textContent()) ?? ''
  expect(secret).toMatch(/^whsec_/)
  await expectAccessible('the secret')
  await page.keyboard.press('Escape')
  await expect(page.getByText(secret)).toHaveCount(0)

  await page.getByRole('button', { name: 'Send a test to on-call' }).click()
  await expect.poll(() => got.map(({ type, verified }) => `${type} ${verified}`), { timeout: 20_000 }).toEqual(['webhook.test true'])
  const messages = page.getByRole('table', { name: 'Messages' })
  await expect(messages.getByRole('row', { name: /A test/ })).toContainText('delivered', { timeout: 20_000 })

  await untilFree('prod-hybrid')
  status = 503
  const engineer = await rest('engineer')
  const choice = { model: MODEL, environment: 'prod-hybrid', version: VERSION.better }
  const { id } = await engineer.post('/api/v1/rollouts', choice, z.object({ id: z.uuid() }))
  const line = messages.getByRole('row', { name: new RegExp(`${MODEL} .* in prod-hybrid awaits approval`) }).first()
  await expect(line).toContainText('is tried again', { timeout: 30_000 })
  await expect(line).toContainText('It answered 503.')
  await expectAccessible('a message that was not taken')
  // The second try by itself is over, and the third is half a minute away: what comes next is this button's.
  await expect.poll(() => got.filter(({ rollout }) => rollout === id).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2)
  status = 200
  await line.getByRole('button', { name: /^Retry/ }).click()
  await expect(line).toContainText('delivered', { timeout: 30_000 })
  const told = got.filter(({ rollout }) => rollout === id)
  expect(new Set(told.map((each) => each.id)).size).toBe(1)
  expect(told.at(-1)).toMatchObject({ type: 'rollout.awaiting_approval', verified: true, headline: (await viewOf(id)).headline })
  await engineer.post(`/api/v1/rollouts/${id}/cancel`, {}, z.unknown())
  await expect.poll(() => got.filter(({ rollout }) => rollout === id).at(-1)?.type, { timeout: 20_000 }).toBe('rollout.cancelled')

  await page.getByRole('button', { name: 'Remove on-call' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove the webhook' }).click()
  await expect(page.getByText('Nobody is told yet')).toBeVisible()
})
