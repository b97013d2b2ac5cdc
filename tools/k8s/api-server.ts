import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { type Access, Api } from './api'
import { type Binaries, findBinaries } from './binaries'
import { startControllerManager } from './controller-manager'
import { type Etcd, startEtcd } from './etcd'
import { existingCluster } from './existing'
import { Keys } from './keys'
import { kubeconfigOf } from './kubeconfig'
import { Program, withFreePorts } from './program'

const READY_WITHIN_S = 120
const PROBE_MS = 5_000

/** How to reach an API server as its administrator, and what it has. Plain data: it can be handed to another process. */
export interface ClusterAccess extends Access {
  name: string
  /** YAML, the same access. */
  kubeconfig: string
  /** Whether a controller manager runs: Deployments roll out, namespaces end, garbage is collected. */
  controllerManager: boolean
  /** A cluster of somebody's own: it is neither killed nor started again, and its nodes are real. */
  existing: boolean
  /** Where its objects are kept, for a second API server beside it; null where that is not ours. */
  etcd: string | null
}

export interface ApiServer extends ClusterAccess {
  /** Kills it with -9 where it still runs, and starts it again on the same port with the same data, certificate and tokens. */
  restart(): Promise<void>
  /** Kills it with -9: nothing answers on its address until `restart`. */
  kill(): Promise<void>
  /** Ends it and what was started with it, and removes its data. One that stands beside another is stopped before it. */
  stop(): Promise<void>
}

interface ApiServerOptions {
  /** What it is called in its kubeconfig. */
  name?: string
  /** Another API server, on whose etcd it keeps its own objects: a second cluster without a second etcd. */
  beside?: ClusterAccess
  /** Without one nothing rolls out, and pods need no service account. */
  controllerManager?: boolean
}

function argsOf(keys: Keys, where: { etcd: string; prefix: string; port: number }, controllerManager: boolean): string[] {
  return [
    `--etcd-servers=${where.etcd}`,
    `--etcd-prefix=${where.prefix}`,
    `--cert-dir=${path.dirname(keys.certificate)}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${where.port}`,
    // A machine without a default route has no address to tell others.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${keys.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keys.serviceAccounts}`,
    `--service-account-signing-key-file=${keys.serviceAccounts}`,
    '--allow-privileged=true',
    // Without controllers nobody makes the `default` service account, and every pod would be refused.
    ...(controllerManager ? [] : ['--disable-admission-plugins=ServiceAccount']),
  ]
}

async function answersReady(access: Access): Promise<boolean> {
  const api = new Api(access, PROBE_MS)
  try {
    return (await api.get<string>('/readyz')) === 'ok'
  } finally {
    await api.close()
  }
}

/** One cluster of our own: an API server with its keys in a folder, and the etcd and controllers started for it. */
class OwnCluster {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-k8s-'))
  readonly #keys = new Keys(this.folder)
  readonly #binaries: Binaries
  #port = 0
  #etcd: Etcd | null = null
  #server: Program | null = null
  #controllers: Program | null = null

  constructor(binaries: Binaries) {
    this.#binaries = binaries
  }

  async start({ name = 'cluster', beside, controllerManager: wanted = true }: ApiServerOptions): Promise<ApiServer> {
    const manager = wanted ? this.#binaries.controllerManager : null
    if (!beside?.etcd) this.#etcd = await startEtcd(this.#binaries.etcd, this.folder)
    const etcd = this.#etcd?.url ?? beside?.etcd ?? ''
    const prefix = `/${path.basename(this.folder)}`
    const run = () => this.#serve(argsOf(this.#keys, { etcd, prefix, port: this.#port }, manager !== null))
    await withFreePorts(async () => {
      this.#port = await freePort()
      await run()
    })
    if (manager) this.#controllers = await startControllerManager(manager, this.#keys, this.#access)
    const kill = async () => this.#server?.stop('SIGKILL')
    return {
      name,
      ...this.#access,
      kubeconfig: kubeconfigOf(name, this.#access),
      controllerManager: manager !== null,
      existing: false,
      etcd,
      kill,
      restart: () => kill().then(run),
      stop: () => this.stop(),
    }
  }

  get #access(): Access {
    const ca = fs.readFileSync(this.#keys.certificate, 'utf8')
    return { url: `https://127.0.0.1:${this.#port}`, ca, token: this.#keys.token }
  }

  async #serve(args: readonly string[]): Promise<void> {
    this.#server = new Program('kube-apiserver', this.folder, this.#binaries.apiServer, args)
    await this.#server.ready(READY_WITHIN_S, async () => answersReady(this.#access))
  }

  async stop(): Promise<void> {
    // The API server first and hard: with its etcd gone it hangs in its shutdown for minutes.
    await Promise.all([this.#controllers?.stop('SIGKILL'), this.#server?.stop('SIGKILL')])
    await this.#etcd?.stop()
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}

/**
 * Starts a real kube-apiserver with etcd and a controller manager on free ports of loopback, in 3 to 5 s on an idle machine; or reaches the cluster of KUBECONFIG
 * where USE_EXISTING_CLUSTER is `true`. All of it ends with this process, however it ends. Throws when there are no programs: `npm run test:clusters` gets them.
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  if (process.env.USE_EXISTING_CLUSTER === 'true') return existingCluster()
  const binaries = findBinaries()
  if (!binaries) throw new Error('There is no kube-apiserver and etcd here: "npm run test:clusters" gets them, or set KUBEBUILDER_ASSETS')
  const cluster = new OwnCluster(binaries)
  try {
    return await cluster.start(options)
  } catch (error) {
    await cluster.stop()
    throw error
  }
}
