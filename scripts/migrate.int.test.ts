import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { prepareDatabase, prepareRoles, withClient } from './database.mjs'
import { freePort } from './free-port.mjs'
import { EmbeddedPostgres } from './postgres.mjs'
import { ROOT } from './steps.mjs'

const servers = inject('postgres')

function migrate(url: string, ...args: string[]) {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, ['scripts/migrate.mjs', ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NODE_ENV: 'production', DATABASE_URL: url },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { ended, output: () => output }
}

describe('migrations beside starting processes', { timeout: 120_000 }, () => {
  const database = `migrate_${randomUUID().replaceAll('-', '')}`
  beforeAll(() => prepareDatabase(`${servers.superuser}postgres`, database))
  afterAll(() => withClient(`${servers.superuser}postgres`, (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`)))

  test('a process waits until the owner has migrated, then goes on; it can read what is applied and not change it', async () => {
    const [owner, app] = [`${servers.owner}${database}`, `${servers.app}${database}`]
    const waiting = migrate(app, '--wait')
    await vi.waitFor(() => expect(waiting.output()).toContain('migrations are missing'), { timeout: 30_000 })
    expect(await migrate(owner).ended).toBe(0)
    expect(await waiting.ended).toBe(0)
    await withClient(app, async (client) => {
      const applied = await client.query('SELECT migration_name FROM _prisma_migrations')
      expect(applied.rowCount).toBeGreaterThan(0)
      await expect(client.query('DELETE FROM _prisma_migrations')).rejects.toThrow(/permission denied/)
    })
    const again = migrate(owner)
    expect(await again.ended).toBe(0)
    expect(again.output()).toContain('has all migrations')
  })
})

describe('a database that is reached over TLS', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-tls-database-'))
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  let server: EmbeddedPostgres
  const made = (name: string) => path.join(folder, name)
  const address = (role: string, ca: string, host = 'localhost') =>
    `postgresql://${role}:test@${host}:${server.port}/slipway?sslmode=verify-full&sslrootcert=${encodeURIComponent(made(ca))}`

  beforeAll(async () => {
    for (const name of ['server', 'stranger']) {
      const files = ['-keyout', made(`${name}.key`), '-out', made(`${name}.crt`)]
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], { stdio: 'ignore' })
    }
    const settings = { ssl: 'on', ssl_cert_file: made('server.crt'), ssl_key_file: made('server.key') }
    server = new EmbeddedPostgres({ folder: made('postgres'), port: await freePort(), settings })
    server.create('test')
    const { uid, gid } = statSync(server.folder)
    for (const name of ['server.key', 'server.crt']) chownSync(made(name), uid, gid)
    server.start()
    const superuser = server.url('postgres', 'test', 'postgres')
    await prepareRoles(superuser, { owner: 'test', app: 'test' })
    await prepareDatabase(superuser, 'slipway')
  })
  afterAll(() => {
    server.stop()
    rmSync(server.folder, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  })

  test('migrations and the application go through TLS with the CA of the address', async () => {
    const done = migrate(address('slipway_owner', 'server.crt'))
    expect(await done.ended, done.output()).toBe(0)
    const uses = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
    expect(await withClient(address('slipway_app', 'server.crt'), async (client) => (await client.query(uses)).rows)).toEqual([
      { ssl: true },
    ])
  })

  test('a server that another CA vouches for, or that has another name, is not spoken to', async () => {
    const refused = migrate(address('slipway_owner', 'stranger.crt'))
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toMatch(/self.signed|certificate/i)
    await expect(withClient(address('slipway_app', 'server.crt', '127.0.0.1'), async () => 'connected')).rejects.toThrow(/altnames|IP/)
  })
})
