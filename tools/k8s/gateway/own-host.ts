import { execFile, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { ip } from '../running/address'
import { seen } from '../seen'

const run = promisify(execFile)

/** Whether this machine can be made to hold another: root on Linux may, unless it is a container that may not. */
export function mayHoldHosts(): boolean {
  return (
    ['unshare', 'nsenter'].every((program) => spawnSync(program, ['--version']).status === 0) &&
    spawnSync('unshare', ['--net', '--mount', 'true']).status === 0
  )
}

/** Kept for measurements between machines (RFC 2544), beside the pods' half. */
const PREFIX = '198.19'
const WITHIN_S = 60

/** Waits for its end of the cable, puts a folder in the place of another for itself alone, and becomes the program. */
const SCRIPT = `set -e
PATH="$PATH:/usr/sbin:/sbin"
echo $$ > "$1.part" && mv "$1.part" "$1"
until ip link show eth0 > /dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add "$2/30" dev eth0
ip link set eth0 up
ip route add default via "$3"
mkdir -p "$5"
mount --bind "$4" "$5"
shift 5
exec env "$@"`

/** What runs there: `env` in the form NAME=VALUE; the folder `from` stands at `to` for it. */
interface Guest {
  env: readonly string[]
  file: string
  args: readonly string[]
  from: string
  to: string
}

/**
 * A host of its own for one program that listens at fixed ports: a network namespace of Linux, joined with this machine by one cable. It reaches this machine's addresses but loopback's. Namespace and
 * cable end with the program, however that ends. Takes root.
 */
export class OwnHost {
  readonly #pidFile: string
  readonly #net = 4 * randomInt(1 << 14)
  readonly #forwards: net.Server[] = []

  constructor(folder: string) {
    this.#pidFile = path.join(folder, 'host.pid')
  }

  /** Where it is reached. */
  get address(): string {
    return this.#at(2)
  }

  /** Where it reaches this machine. */
  get machine(): string {
    return this.#at(1)
  }

  command({ env, file, args, from, to }: Guest): { file: string; args: readonly string[] } {
    const script = ['sh', '-c', SCRIPT, 'sh', this.#pidFile, this.address, this.machine, from, to]
    return { file: 'unshare', args: ['--net', '--mount', ...script, ...env, file, ...args] }
  }

  /** Plugs the cable in, after the command was started. */
  async join(): Promise<void> {
    const pid = await seen('the host started', WITHIN_S, async () => fs.readFileSync(this.#pidFile, 'utf8').trim())
    fs.rmSync(this.#pidFile)
    const cable = `slipway${randomBytes(3).toString('hex')}`
    await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid)
    await ip('address', 'add', `${this.machine}/30`, 'dev', cable)
    await ip('link', 'set', cable, 'up')
    this.#pid = pid
  }

  #pid = ''

  /** Leads a port of this machine there to the same of loopback. After the first `join`. */
  async forward(port: number): Promise<void> {
    const server = net.createServer((there) => {
      const here = net.connect(port, '127.0.0.1')
      there.on('error', () => here.destroy()).pipe(here)
      here.on('error', () => there.destroy()).pipe(there)
    })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, this.machine, resolve))
    this.#forwards.push(server.unref())
  }

  /** What answers at an address of its loopback. */
  async get(url: string): Promise<string> {
    const script = 'fetch(process.argv[1]).then((answer) => answer.text()).then((text) => process.stdout.write(text))'
    const { stdout } = await run('nsenter', ['--net', '--target', this.#pid, process.execPath, '-e', script, url], { maxBuffer: 1 << 28 })
    return stdout
  }

  leave(): void {
    for (const server of this.#forwards) server.close()
  }

  #at(place: number): string {
    const number = this.#net + place
    return `${PREFIX}.${number >> 8}.${number & 255}`
  }
}
