import type { Replica } from './replica'
import type { Exchange } from './upstream'

/** The client of a request; what is `held` for it is given up when it goes away. */
export interface ClientTicket {
  gone: boolean
  held: { cancel(): void } | null
}

/** One attempt on one replica. Never rejects. The answer is held until it is whole, so that half an answer can still be retried. */
export function exchange(replica: Replica, head: string, body: Buffer, deadline: number, client: ClientTicket): Promise<Exchange> {
  const { upstream } = replica
  if (!upstream) return Promise.resolve({ kind: 'lost' })
  return new Promise((resolve) => {
    replica.inFlight += 1
    client.held = upstream.send(head, body, deadline, (result) => {
      replica.inFlight -= 1
      client.held = null
      resolve(result)
    })
  })
}
