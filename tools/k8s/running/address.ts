import { execFile, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Kept for measurements between machines (RFC 2544): no network leads there, and the API server takes it for a pod, which it does not with loopback's own. */
const PREFIX = '198.18'
/** Then the kernel takes an address away by itself: also one whose test run was killed. Longer than any run. */
const LASTS_S = 10_800
const TRIES = 20

// Where PATH is a person's, `ip` stands beside it.
const ENV = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C', NODE_ENV: process.env.NODE_ENV }

/** Another process has it: of two that take the same one, the kernel gives it to one. */
const EXISTS = /File exists|already assigned/i

/** As `ip` of iproute2. */
export function ip(...args: string[]): Promise<unknown> {
  return run('ip', args, { env: ENV })
}

function some(): string {
  return `${PREFIX}.${randomInt(256)}.${randomInt(1, 255)}`
}

/** Whether this machine may be given addresses: root on Linux may. Tries it. */
export function mayTakeAddresses(): boolean {
  const address = some()
  const { status, stderr } = spawnSync('ip', added(address), { env: ENV, encoding: 'utf8' })
  if (status !== 0) return EXISTS.test(stderr ?? '')
  spawnSync('ip', removed(address), { env: ENV })
  return true
}

function added(address: string): string[] {
  return ['address', 'add', `${address}/32`, 'dev', 'lo', 'valid_lft', String(LASTS_S), 'preferred_lft', String(LASTS_S)]
}

function removed(address: string): string[] {
  return ['address', 'delete', `${address}/32`, 'dev', 'lo']
}

/** Addresses of this machine that wait for pods, the one that was left longest ago first: a gateway may still dial the last one's pod. */
const waiting: string[] = []
const kept = new Set<string>()

/**
 * Takes so many addresses beforehand, so that pods come and go without the machine getting or losing one: a browser breaks off all that it is loading whenever that
 * happens. `drop` takes them away again.
 */
export async function keepAddresses(count: number): Promise<{ addresses: readonly string[]; drop(): Promise<void> }> {
  const all = (await Promise.all(Array.from({ length: count }, newAddress))).filter((address) => address !== null)
  for (const address of all) kept.add(address)
  waiting.push(...all)
  const drop = async () => {
    for (const address of all) kept.delete(address)
    waiting.splice(0, waiting.length, ...waiting.filter((address) => kept.has(address)))
    await Promise.all(all.map(leaveAddress))
  }
  return { addresses: all, drop }
}

/** An address of this machine that nobody else has and only this machine reaches; null: it may not be given any. */
export async function takeAddress(): Promise<string | null> {
  return waiting.shift() ?? newAddress()
}

async function newAddress(): Promise<string | null> {
  for (let left = TRIES; left > 0; left--) {
    const address = some()
    try {
      await ip(...added(address))
      return address
    } catch (error) {
      if (!EXISTS.test((error as Error).message)) return null
    }
  }
  return null
}

/** Takes an address away again, or lets it wait for the next pod; one that is gone already is no fault. */
export async function leaveAddress(address: string): Promise<void> {
  if (kept.has(address)) waiting.push(address)
  else await ip(...removed(address)).catch(() => undefined)
}
