import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { GET as artifact } from '@/app/api/v1/artifacts/sha256/[digest]/route'
import { POST as telemetry } from '@/app/api/v1/telemetry/route'
import { artifactPath } from '@/lib/artifacts/store'
import { CERTIFICATE_LOOPBACK, KEY_LOOPBACK } from '@/lib/clusters/certificates.fixture'
import { db } from '@/lib/db'
import type { KubeObject } from '@/lib/drivers/kubernetes/render/object'
import { renderObjects } from '@/lib/drivers/kubernetes/render/render'
import { ServingSettings, servingOf } from '@/lib/drivers/kubernetes/serving-settings'
import type { Wish } from '@/lib/endpoints/wish'
import type { Place } from '@/lib/monitoring/place.fixture'
import { freePort } from '@/scripts/free-port.mjs'

const IMAGE = `registry.example.org/slipway@sha256:${'a'.repeat(64)}`

/** Web's own doors for a cluster, artifacts and telemetry, on a port: the same handlers, database and files. */
export class Doors {
  /** Answers 503 to everything. */
  down = false
  /** How many requests it answered so. */
  refused = 0
  url = ''
  readonly token = randomUUID()
  readonly #server: http.Server

  /** `secure`: over TLS, with a certificate that no public authority knows. */
  constructor(private readonly secure = false) {
    const handle: http.RequestListener = (request, response) => void this.#handle(request, response)
    this.#server = secure ? https.createServer({ cert: CERTIFICATE_LOOPBACK, key: KEY_LOOPBACK }, handle) : http.createServer(handle)
  }

  async open(place: Place): Promise<void> {
    const identityHash = createHash('sha256').update(this.token).digest('hex')
    await db().cluster.update({ where: { id: place.clusterId }, data: { driver: 'kubernetes', identityHash } })
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http${this.secure ? 's' : ''}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Stores a file as an artifact, under its digest or one that is not its own. */
  publish(file: string, digest: string): string {
    mkdirSync(path.dirname(artifactPath(digest)), { recursive: true })
    cpSync(file, artifactPath(digest))
    return digest
  }

  async #handle(incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    if (this.down) {
      this.refused += 1
      return void response.writeHead(503).end()
    }
    const { method = '', url = '' } = incoming
    const headers = { authorization: incoming.headers.authorization ?? '' }
    const body = method === 'POST' ? Buffer.concat(chunks) : undefined
    const request = new Request(`${this.url}${url}`, { method, headers, body })
    const digest = url.split('/').pop() ?? ''
    const answer = await (method === 'POST' ? telemetry : artifact)(request, { params: Promise.resolve({ digest }) })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
}

interface Container {
  command: string[]
  args: string[]
  env: { name: string; value: string }[]
}
interface PodSettings {
  number?: number
  runtime?: 'slipway' | 'mlserver'
  source?: object
  authorities?: string
}
interface Template {
  template: { spec: { initContainers: Container[]; containers: Container[] } }
}

/**
 * A pod of one version as its Deployment describes it: the same programs, arguments, variables and files, run as processes of this machine. Only paths begin in a folder
 * of its own, and the port is a free one. Its folder outlives its containers, as an emptyDir does.
 */
export class PodProcess {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-pod-'))
  readonly #init: Container
  readonly #main: Container
  child: ChildProcess | null = null
  output = ''
  port = 0

  constructor(
    private readonly wish: Wish,
    doors: Doors,
    { number = 1, runtime = 'slipway', ...more }: PodSettings = {},
  ) {
    const settings = ServingSettings.parse({ runtime, images: { mlserver: IMAGE }, ...more })
    const serving = servingOf({ modelServerImage: IMAGE, slipwayUrl: doors.url }, settings)
    if (typeof serving === 'string') throw new Error(serving)
    const arms = wish.arms.filter((arm) => arm.number === number)
    const objects = renderObjects({ wish: { ...wish, arms }, namespace: 'n', serving, replicas: () => 1 })
    const find = (wanted: string) => objects.find(({ kind }) => kind === wanted) as KubeObject & { data: Record<string, string> }
    const { spec } = (find('Deployment').spec as Template).template
    this.#init = spec.initContainers[0]
    this.#main = spec.containers[0]
    this.write('version/version.json', find('ConfigMap').data['version.json'])
    this.write('endpoint/endpoint.json', Buffer.from(find('Secret').data['endpoint.json'], 'base64').toString())
    this.write('identity/token', `${doors.token}\n`)
  }

  /** A mounted file. */
  write(file: string, text: string | Buffer): void {
    mkdirSync(path.dirname(path.join(this.folder, 'slipway', file)), { recursive: true })
    writeFileSync(path.join(this.folder, 'slipway', file), text)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v2/models/${this.wish.model}`
  }

  get artifact(): string {
    return path.join(this.folder, 'models', 'model.onnx')
  }

  /** Runs the init container to its end. */
  async fetch(): Promise<{ code: number; said: string }> {
    const child = this.#run(this.#init)
    let said = ''
    child.stderr?.on('data', (chunk) => (said += chunk))
    const [code] = await once(child, 'exit')
    return { code, said }
  }

  /** Starts the container; rejects with what it said when it ends instead. */
  async serve(): Promise<void> {
    this.port ||= await freePort()
    const child = this.#run(this.#main, [`--port=${this.port}`])
    this.child = child
    this.output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += chunk))
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', () => this.output.includes('model pod serves') && resolve())
      child.once('exit', () => reject(new Error(this.output)))
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  async close(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  #run({ command, args, env }: Container, last: string[] = []): ChildProcess {
    const own = (text: string) => text.replace(/(^|=)(?=\/(models|slipway|tmp)\/)/, `$1${this.folder}`)
    const [program, ...rest] = command
    // Only what the pod is told, as in a container.
    const variables = Object.fromEntries(env.map(({ name, value }) => [name, own(value)]))
    const node = program === 'node' ? process.execPath : program
    return spawn(node, [...rest, ...args.map(own), ...last], { env: { NODE_ENV: 'test', ...variables }, stdio: ['ignore', 'pipe', 'pipe'] })
  }
}
