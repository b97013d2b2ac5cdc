import net from 'node:net'

/** Resolves to whether this host and port can be listened on now. */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** A port of 127.0.0.1 that the system gives out as free. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** As many ports as a house takes: web, engine, local cluster and, from +10 on, the gateways. */
const RUN = 16

/** The first port of a run that is free now. It lies below those that systems give out by themselves: nobody's outgoing connection takes one meanwhile. */
export async function freeRun() {
  for (;;) {
    const first = 20_000 + RUN * Math.floor(Math.random() * 700)
    const free = await Promise.all(Array.from({ length: RUN }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
}
