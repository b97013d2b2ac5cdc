import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'

const ADMIN_TOKEN = 'admin-token-of-tests'
export const CLUSTER = 'cloud'

/** The real local cluster, bundled, as a process of its own with one named cluster. */
export class ClusterProcess {
  readonly dataDir = mkdtempSync(path.join(os.tmpdir(), 'slipway-cluster-'))
  child: ChildProcess | undefined
  output = ''
  adminPort = 0
  gatewayPort = 0

  constructor(
    private readonly webUrl: string,
    private readonly identityToken: string,
  ) {}

  async start(): Promise<void> {
    this.adminPort ||= await freePort()
    this.gatewayPort ||= await freePort()
    const clusters = [{ name: CLUSTER, gatewayPort: this.gatewayPort, adminToken: ADMIN_TOKEN, identityToken: this.identityToken }]
    this.child = fork('dist/cluster.mjs', [], {
      env: {
        NODE_ENV: 'test',
        SLIPWAY_ADMIN_PORT: String(this.adminPort),
        SLIPWAY_CLUSTERS: JSON.stringify(clusters),
        SLIPWAY_DATA_DIR: this.dataDir,
        SLIPWAY_URL: this.webUrl,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk) => (this.output += chunk))
    await new Promise<void>((resolve, reject) => {
      this.child?.stdout?.on('data', () => this.output.includes('local cluster serves') && resolve())
      this.child?.once('exit', () => reject(new Error(`The cluster ended:\n${this.output}`)))
    })
    this.output = ''
  }

  /** What a driver is told of it. */
  get target() {
    const config = { adminUrl: `http://127.0.0.1:${this.adminPort}`, publicUrl: this.url }
    return { id: CLUSTER, name: CLUSTER, config, credential: ADMIN_TOKEN }
  }

  get url(): string {
    return `http://127.0.0.1:${this.gatewayPort}`
  }

  /** Process ids of the model servers that run now. */
  servers(): number[] {
    return childrenOf(this.child?.pid ?? 0)
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(/\s+/).filter(Boolean).map(Number)
}

/** Whether a process still runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
