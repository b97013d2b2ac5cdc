import { beforeAll, describe, expect, it } from 'vitest'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { writeAudit } from '@/lib/command'
import { db } from '@/lib/db'
import { newId } from '@/lib/id'
import { listAudit } from './queries'
import { AuditFilter } from './schema'

const at = new Date('2026-03-01T10:00:00Z')
let team: { id: string }
let other: { id: string }

async function write(
  verb: string,
  teamId: string | null,
  options: { who?: string; signedInAs?: string; targetKind?: string; at?: Date } = {},
) {
  const { who = 'Somebody', signedInAs = null, targetKind = 'model' } = options
  const actor = { kind: 'member' as const, id: newId(), memberId: null, name: who, signedInAs, grants: [], scopes: null }
  const target = { kind: targetKind, id: newId(), name: `${verb} target`, detail: { planHash: 'abc' } }
  await writeAudit(db(), { actor, verb, target, scope: { teamId }, now: options.at ?? at, requestId: newId() })
}

const verbs = async (actor: Parameters<typeof listAudit>[0], filter: object = {}) =>
  (await listAudit(actor, AuditFilter.parse(filter))).rows.map((row) => row.verb)

beforeAll(async () => {
  team = await makeTeam()
  other = await makeTeam()
  await write('ours.first', team.id, { who: 'Ada 100%' })
  await write('ours.second', team.id, { who: 'Avery', signedInAs: 'Erin' })
  await write('theirs.first', other.id)
  await write('house.cluster', null, { targetKind: 'cluster' })
  await write('house.member', null, { targetKind: 'member' })
})

describe('the trail', () => {
  it("shows a team its own acts and the house's environments and clusters; never another team's, nor who signs in", async () => {
    const viewer = await makeMember([{ role: 'viewer', teamId: team.id }])
    expect(await verbs(viewer)).toEqual(['house.cluster', 'ours.second', 'ours.first'])
    expect(await verbs(viewer, { verb: 'theirs' })).toEqual([])
  })

  it('shows everything to who reads all teams, nothing of others to who has no role', async () => {
    expect((await verbs(await makeMember([{ role: 'viewer' }]))).sort()).toEqual([
      'house.cluster',
      'house.member',
      'ours.first',
      'ours.second',
      'theirs.first',
    ])
    expect(await verbs(await makeMember([]))).toEqual([])
  })

  it('filters by both names, verb, target and time', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    expect(await verbs(admin, { who: 'erin' })).toEqual(['ours.second'])
    expect(await verbs(admin, { who: '100%' })).toEqual(['ours.first'])
    expect(await verbs(admin, { who: '%' })).toEqual(['ours.first'])
    expect(await verbs(admin, { verb: 'house' })).toHaveLength(2)
    expect(await verbs(admin, { target: 'cluster' })).toEqual(['house.cluster'])
    expect(await verbs(admin, { from: '2026-03-01', to: '2026-03-02' })).toHaveLength(5)
    expect(await verbs(admin, { to: '2026-03-01T10:00' })).toEqual([])
    expect(AuditFilter.safeParse({ from: 'yesterday' }).success).toBe(false)
  })

  it('keeps both names of an act under another account', async () => {
    const page = await listAudit(await makeMember([{ role: 'admin' }]), AuditFilter.parse({ verb: 'ours.second' }))
    expect(page.rows).toMatchObject([{ who: 'Avery', signedInAs: 'Erin', detail: [{ label: 'planHash', value: 'abc' }] }])
  })

  it('pages through rows of one and the same instant without losing or repeating any', async () => {
    const paged = await makeTeam()
    for (let i = 0; i < 120; i++) await write(`page.${i}`, paged.id)
    const viewer = await makeMember([{ role: 'viewer', teamId: paged.id }])
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await listAudit(viewer, AuditFilter.parse({ verb: 'page.', cursor }))
      seen.push(...page.rows.map((row) => row.verb))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `page.${119 - i}`))
  })

  it('cannot be changed or emptied', async () => {
    await expect(db().$executeRaw`update audit set verb = 'x'`).rejects.toThrow(/append-only|permission denied/)
    await expect(db().$executeRaw`delete from audit`).rejects.toThrow(/append-only|permission denied/)
    await expect(db().$executeRaw`truncate audit`).rejects.toThrow(/append-only|permission denied/)
  })
})
