import { randomUUID } from 'node:crypto'
import { expect, type Page, type Request } from '@playwright/test'
import { z } from 'zod'
import { press } from './awake'
import { test } from './fixtures'
import { ADDRESS, ciToken, inDatabase, rest } from './house'
import { openLaunchForm, rolloutsIn, VERSION, viewOf } from './rollouts'

const PROBLEM = /^application\/problem\+json/

/** Presses the button and takes the server action's request off the wire before it arrives. */
async function heldAction(page: Page, press: () => Promise<void>): Promise<Request> {
  const held = page.waitForRequest((request) => request.method() === 'POST' && 'next-action' in request.headers())
  await page.route('**/rollouts/new*', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await press()
  return held
}

test('a launch sent as a server action without a session, or from another site, does nothing; from our own page it launches', async ({
  page,
  signIn,
  expectNoise,
}) => {
  test.setTimeout(180_000)
  await signIn('engineer')
  const { launch } = await openLaunchForm(page, { version: VERSION.wrongGmt, environment: 'prod-hybrid' })
  const action = await heldAction(page, () => launch.click())
  await expect(page.getByText('Slipway did not answer, so it is not known here whether it was done.')).toBeVisible()
  await expectNoise(/ERR_FAILED/)
  const { cookie, ...headers } = await action.allHeaders()
  const { origin: _ours, ...bare } = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')))
  const send = (more: Record<string, string>) =>
    fetch(action.url(), { method: 'POST', redirect: 'manual', headers: { ...bare, ...more }, body: action.postData() })
  const launched = async () => (await rolloutsIn('prod-hybrid')).map((row) => row.id)

  const before = await launched()
  const own = cookie ?? ''
  expect(own).toContain('session-token')
  const foreign: [string, Record<string, string>][] = [
    ['without a session', { origin: ADDRESS }],
    ['with another site as its origin', { origin: 'https://evil.example', cookie: own, 'sec-fetch-site': 'cross-site' }],
    ['with another port as its origin', { origin: 'http://127.0.0.1:1', cookie: own, 'sec-fetch-site': 'same-site' }],
  ]
  for (const [what, more] of foreign) {
    const answer = await send(more)
    expect(await answer.text(), what).not.toContain('"ok":true')
    expect(await launched(), what).toEqual(before)
  }
  const answer = await send({ origin: ADDRESS, cookie: own })
  expect(await answer.text()).toContain('"ok":true')
  const [made] = (await launched()).filter((id) => !before.includes(id))
  const { revision } = await viewOf(made)
  await (await rest('engineer')).post(`/api/v1/rollouts/${made}/cancel`, { revision }, z.unknown())
})

test('the API answers 401 as problem+json without a token, and to one that is malformed, unknown or expired', async () => {
  const secret = ciToken()
  const offByOne = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`
  const wrong: [string, string | null][] = [
    ['no token', null],
    ['no bearer', 'Basic c2x3OnNsdw=='],
    ['malformed', 'Bearer slw_%00'],
    ['one letter off', `Bearer ${offByOne}`],
    ['of another form', `Bearer ${randomUUID()}`],
  ]
  for (const [what, authorization] of wrong) {
    const answer = await fetch(`${ADDRESS}/api/v1/rollouts`, authorization === null ? {} : { headers: { authorization } })
    expect(answer.status, what).toBe(401)
    expect(answer.headers.get('content-type'), what).toMatch(PROBLEM)
    expect(await answer.json(), what).toMatchObject({ status: 401, title: 'unauthenticated', detail: expect.stringMatching(/\w/) })
  }
  const good = await fetch(`${ADDRESS}/api/v1/rollouts`, { headers: { authorization: `Bearer ${secret}` } })
  expect(good.status).toBe(200)
})

test('a token that has expired is refused with the words that it has', async () => {
  const Made = z.object({ id: z.uuid(), token: z.string() })
  const wanted = { name: 'about to expire', teamId: null, scopes: ['team:read'], days: 1 }
  const { id, token } = await (await rest('engineer')).post('/api/v1/tokens', wanted, Made)
  const ask = () => fetch(`${ADDRESS}/api/v1/rollouts`, { headers: { authorization: `Bearer ${token}` } })
  expect((await ask()).status).toBe(200)
  await inDatabase(
    "update api_token set created_at = created_at - interval '2 days', expires_at = now() - interval '1 minute' where id = $1",
    [id],
  )
  const answer = await ask()
  expect(answer.status).toBe(401)
  expect(await answer.text()).toMatch(/expired/)
})

test("another role's command is answered 403 with who may, and changes nothing", async () => {
  const [row] = await rolloutsIn('trial')
  const before = await viewOf(row.id)
  for (const role of ['viewer', 'approver', 'admin'] as const) {
    const client = await rest(role)
    for (const verb of ['pause', 'return', 'promote'])
      await expect(
        client.post(`/api/v1/rollouts/${row.id}/${verb}`, { revision: before.revision }, z.unknown()),
        `${role} ${verb}`,
      ).rejects.toThrow(/: 403 .*(engineer|sre)/)
  }
  const tokenScope = await fetch(`${ADDRESS}/api/v1/rollouts/${row.id}/pause`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ciToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ revision: before.revision }),
  })
  expect(tokenScope.status, 'a token without the scope').toBe(403)
  expect((await viewOf(row.id)).revision).toBe(before.revision)
})

test('an address opened while signed out leads back to itself after signing in', async ({ page }) => {
  test.setTimeout(90_000)
  const deep = '/audit?verb=rollout.launch'
  await page.goto(deep)
  await page.waitForURL((url) => url.pathname === '/sign-in')
  expect(new URL(page.url()).searchParams.get('next')).toBe(deep)
  await press(page.getByRole('button', { name: 'Sign in as viewer' }))
  await page.waitForURL((url) => `${url.pathname}${url.search}` === deep, { timeout: 30_000 })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('another site cannot be reached by the address that signing in leads back to', async ({ page }) => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    await page.goto(`/sign-in?${new URLSearchParams({ next })}`)
    await press(page.getByRole('button', { name: 'Sign in as viewer' }))
    await page.waitForURL((url) => url.pathname === '/')
    expect(new URL(page.url()).origin).toBe(ADDRESS)
    await page.goto('about:blank')
    await page.context().clearCookies()
  }
})
