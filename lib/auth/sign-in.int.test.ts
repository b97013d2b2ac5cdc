import { beforeEach, describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { makeMember, PASSWORD } from './people.fixture'
import { signIn } from './sign-in'

const WRONG = 'This email and password do not fit.'
let address = 0

beforeEach(() => {
  address += 1
})

const attempt = (email: string, password: string, from = `10.0.0.${address}`) => signIn({ email, password, address: from })

async function wrong(email: string, times: number, from?: string) {
  for (let i = 0; i < times; i++) await expect(attempt(email, 'not this one', from)).rejects.toMatchObject({ code: 'unauthenticated' })
}

describe('sign-in', () => {
  it('takes the right password, whatever the case of the email and the spaces around it', async () => {
    const member = await makeMember([], { password: PASSWORD })
    expect(await attempt(`  ${member.email.toUpperCase()} `, PASSWORD)).toEqual({ id: member.id, sessionVersion: 1 })
  })

  it('says the same for a wrong password, an unknown email, a disabled member and one without a password', async () => {
    const member = await makeMember([], { password: PASSWORD })
    const disabled = await makeMember([], { password: PASSWORD })
    const invited = await makeMember([])
    await db().member.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } })
    await expect(attempt(member.email, 'wrong')).rejects.toThrow(WRONG)
    await expect(attempt('nobody@example.test', PASSWORD)).rejects.toThrow(WRONG)
    await expect(attempt(disabled.email, PASSWORD)).rejects.toThrow(WRONG)
    await expect(attempt(invited.email, '')).rejects.toThrow(WRONG)
  })

  it('after five wrong passwords refuses also the right one, says how long, and lets in when that is over', async () => {
    const member = await makeMember([], { password: PASSWORD })
    await wrong(member.email, 5)
    await expect(attempt(member.email, PASSWORD, '10.9.9.9')).rejects.toMatchObject({
      code: 'rate-limited',
      message: 'Too many wrong passwords. Try again in 15 min.',
    })
    await db().$executeRaw`update sign_in_attempt set at = at - interval '12 minutes' where email = ${member.email}`
    await expect(attempt(member.email, PASSWORD)).rejects.toThrow('Try again in 3 min.')
    await db().$executeRaw`update sign_in_attempt set at = at - interval '3 minutes' where email = ${member.email}`
    expect(await attempt(member.email, PASSWORD)).toMatchObject({ id: member.id })
  })

  it('five wrong passwords for an email that nobody has are refused in the same way', async () => {
    await wrong('ghost@example.test', 5)
    await expect(attempt('ghost@example.test', 'x')).rejects.toMatchObject({ code: 'rate-limited' })
  })

  it('a good sign-in begins the count for that email anew', async () => {
    const member = await makeMember([], { password: PASSWORD })
    await wrong(member.email, 4)
    await attempt(member.email, PASSWORD)
    await wrong(member.email, 4)
    expect(await attempt(member.email, PASSWORD)).toMatchObject({ id: member.id })
  })

  it('of forty guesses at once only five are looked at', async () => {
    const member = await makeMember([], { password: PASSWORD })
    const guesses = Array.from({ length: 40 }, (_, i) => attempt(member.email, `guess ${i}`, `10.1.0.${i}`))
    const codes = (await Promise.allSettled(guesses)).map((guess) => guess.status === 'rejected' && guess.reason.code)
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5)
    expect(codes.filter((code) => code === 'rate-limited')).toHaveLength(35)
  })

  it('twenty wrong passwords from one address stop it for every email, and stop no other address', async () => {
    const member = await makeMember([], { password: PASSWORD })
    for (let i = 0; i < 20; i++) await wrong(`guess-${i}@example.test`, 1, '10.2.0.1')
    await expect(attempt(member.email, PASSWORD, '10.2.0.1')).rejects.toMatchObject({ code: 'rate-limited' })
    expect(await attempt(member.email, PASSWORD, '10.2.0.2')).toMatchObject({ id: member.id })
  })

  it('leaves a row in the trail for members, none for emails that nobody has', async () => {
    const member = await makeMember([], { password: PASSWORD })
    await wrong(member.email, 1)
    await attempt(member.email, PASSWORD)
    await wrong('stranger@example.test', 1)
    const rows = await db().audit.findMany({ where: { actorId: member.id }, orderBy: { at: 'asc' } })
    expect(rows.map((row) => row.verb)).toEqual(['member.sign-in-failed', 'member.sign-in'])
    expect(await db().audit.count({ where: { actorName: { contains: 'stranger' } } })).toBe(0)
  })
})
