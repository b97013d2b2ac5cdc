import { encode } from 'next-auth/jwt'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { claimsOf, makeInstallation, makeMember, PASSWORD } from '@/lib/auth/people.fixture'
import { db } from '@/lib/db'
import { env, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { testDatabase } from '@/prisma/test-database'
import { addClusterAction, editClusterAction } from './actions'
import { sealingEngine } from './sealing-engine.fixture'
import { nameWitnessAction } from './witness/actions'

const page = vi.hoisted(() => ({ session: '', rendered: vi.fn() }))
vi.mock('next/headers', () => ({ cookies: async () => ({ get: () => ({ value: page.session }) }), headers: async () => new Headers() }))
vi.mock('next/cache', () => ({ refresh: page.rendered }))

testDatabase()
sealingEngine()
const ADMIN_TOKEN = 'an-admin-token-of-a-cluster'
const HERE = 'http://127.0.0.1:9090'
const ELSEWHERE = 'http://10.0.0.7:9090'

/** A browser in which an admin is signed in, of the example's accounts or with a password of their own. */
async function signedIn(example: boolean): Promise<void> {
  const { id } = await makeMember([{ role: 'admin' }], example ? { example } : { password: PASSWORD })
  page.session = await encode({ token: { ...claimsOf(id) }, secret: required('NEXTAUTH_SECRET') })
}

async function cluster(driver: 'local' | 'kubernetes'): Promise<string> {
  const id = newId()
  const config = driver === 'local' ? { adminUrl: 'http://127.0.0.1:44031', publicUrl: HERE } : {}
  await db().cluster.create({ data: { id, name: `c-${id.slice(-12)}`, driver, location: 'cloud', config } })
  return id
}

const acts: [string, (address: string) => Promise<unknown>][] = [
  [
    'a new cluster',
    (adminUrl) =>
      addClusterAction({ name: `c-${newId().slice(-12)}`, location: 'cloud', adminUrl, publicUrl: HERE, adminToken: ADMIN_TOKEN }),
  ],
  [
    'another address of a cluster',
    async (adminUrl) => editClusterAction({ clusterId: await cluster('local'), adminUrl, adminToken: ADMIN_TOKEN }),
  ],
  ['a Prometheus', async (address) => nameWitnessAction({ clusterId: await cluster('kubernetes'), preset: 'istio', address })],
]

beforeAll(() => void env().SLIPWAY_CLUSTER_TARGETS.push('loopback'))
beforeEach(async () => {
  page.rendered.mockClear()
  await makeInstallation(true)
})

it.each(acts)(
  '%s that ends the example hands its account the way back in, on a page that is not rendered again without a session',
  async (_what, act) => {
    await signedIn(true)
    expect(await act(ELSEWHERE)).toMatchObject({ ok: true, value: { exampleEnded: { link: expect.stringContaining('/set-password#') } } })
    expect(page.rendered).not.toHaveBeenCalled()
  },
)

it.each(acts)('%s that ends the example under an account with a password of its own is seen on the page at once', async (_what, act) => {
  await signedIn(false)
  expect(await act(ELSEWHERE)).toMatchObject({ ok: true, value: { exampleEnded: { link: null } } })
  expect(page.rendered).toHaveBeenCalledOnce()
})

it.each(acts)('%s on this machine, which ends nothing, is seen on the page at once', async (_what, act) => {
  await signedIn(true)
  expect(await act(HERE)).toMatchObject({ ok: true, value: { exampleEnded: null } })
  expect(page.rendered).toHaveBeenCalledOnce()
})
