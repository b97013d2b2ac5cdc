import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeHouse } from '@/lib/approvals/house.fixture'
import type { Actor } from '@/lib/auth/actor'
import { makeInstallation, makeMember } from '@/lib/auth/people.fixture'
import { startSealingEngine } from '@/lib/clusters/sealing-engine.fixture'
import { required } from '@/lib/env'
import type { Result } from '@/lib/errors'
import { launchRollout } from '@/lib/rollouts/commands'
import { cancelRollout } from '@/lib/rollouts/steering/commands'
import { addWebhook } from './commands'
import { Notifier, type NotifierPorts } from './notifier'
import type { Message } from './schema'

export interface Received {
  headers: IncomingHttpHeaders
  id: string
  body: string
  message: Message
}

function listening(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function readAll(request: AsyncIterable<unknown>): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** A real receiver on loopback. `answer` may be replaced; it takes everything unless told otherwise. */
export class Receiver {
  readonly got: Received[] = []
  answer: (response: ServerResponse, path: string) => void = (response) => response.writeHead(204).end()
  #server: Server | null = null
  #port = 0

  static async start(): Promise<Receiver> {
    const receiver = new Receiver()
    await receiver.up()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/in`
  }

  async up(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      const body = await readAll(request)
      this.got.push({ headers: request.headers, id: String(request.headers['webhook-id']), body, message: JSON.parse(body) })
      this.answer(response, request.url ?? '')
    })
    this.#port = await listening(this.#server, this.#port)
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  }

  /** What came, as types in order. */
  types(rolloutId?: string): string[] {
    return this.got.filter(({ message }) => !rolloutId || message.data.rollout === rolloutId).map(({ message }) => message.type)
  }
}

/** An engine that seals, and an example workspace. Returns how to stop the engine. */
export async function startSealing(): Promise<() => void> {
  const stop = await startSealingEngine()
  await makeInstallation(true)
  return stop
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message)
  return result.value
}

/** A notifier with a clock that is `ahead.ms` before the real one. */
export function notifier(ahead: { ms: number }, over: Partial<NotifierPorts> = {}): Notifier {
  const sealingKey = required('SLIPWAY_SEALING_KEY')
  return new Notifier({ now: async () => Date.now() + ahead.ms, sealingKey, origin: 'https://slipway.example.test', ...over })
}

/** Rounds until nothing is on its way. */
export async function tell(...notifiers: Notifier[]): Promise<void> {
  await Promise.all(notifiers.map((each) => each.round()))
  await Promise.all(notifiers.map((each) => each.settled()))
}

/** A team with an endpoint whose rollouts wait for approval, its engineer, and a webhook of it to a receiver. */
export async function makeTold() {
  const house = await makeHouse()
  const engineer = await makeMember([{ role: 'engineer', teamId: house.team.id }])
  const receiver = await Receiver.start()
  const webhook = value(await addWebhook(engineer, { teamId: house.team.id, name: 'channel', url: receiver.url }))
  const launch = async () => value(await launchRollout(engineer, { model: house.model, environment: house.environment, version: 2 })).id
  const cancel = async (rolloutId: string) => value(await cancelRollout(engineer, { rolloutId, reason: 'not today' }))
  return { house, engineer: engineer as Actor, receiver, webhook, launch, cancel }
}
