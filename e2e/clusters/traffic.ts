import { Agent, request } from 'undici'
import { INFER_BODY } from '../client'

/** Requests that flow while a journey goes on, as from callers of an endpoint. */
export interface Traffic {
  /** Of all so far: how many each version answered, by `x-model-version`, and what else was answered. */
  readonly answers: ReadonlyMap<string, number>
  readonly failures: readonly string[]
  /** Ends when every request that was sent is answered. */
  stop(): Promise<void>
}

/** Sends so many requests a second to an endpoint's address, evenly. */
export function startTraffic(address: string, perSecond: number): Traffic {
  const agent = new Agent({ connections: 16, pipelining: 1 })
  const answers = new Map<string, number>()
  const failures: string[] = []
  const underWay = new Set<Promise<void>>()
  const send = async () => {
    try {
      const headers = { 'content-type': 'application/json' }
      const { statusCode, headers: said, body } = await request(address, { method: 'POST', dispatcher: agent, headers, body: INFER_BODY })
      const text = await body.text()
      const version = String(said['x-model-version'])
      if (statusCode === 200) answers.set(version, (answers.get(version) ?? 0) + 1)
      else failures.push(`${new Date().toISOString()} ${statusCode} ${text.slice(0, 200)}`)
    } catch (error) {
      failures.push(`${new Date().toISOString()} ${(error as Error).message}`)
    }
  }
  const timer = setInterval(() => {
    const one = send().finally(() => underWay.delete(one))
    underWay.add(one)
  }, 1_000 / perSecond)
  return {
    answers,
    failures,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      await agent.close()
    },
  }
}
