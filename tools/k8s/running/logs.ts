import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { CERTIFICATE_A, KEY_A } from '@/lib/clusters/certificates.fixture'
import type { Line } from './container-process'

interface LogServer {
  port: number
  stop(): Promise<void>
}

/** A node's own door for logs, which the API server asks: `/containerLogs/NAMESPACE/POD/CONTAINER`. */
export async function serveLogs(linesOf: (pod: string, container: string) => readonly Line[] | null): Promise<LogServer> {
  const server = https.createServer({ cert: CERTIFICATE_A, key: KEY_A }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node')
    const [, door, , pod, container] = pathname.split('/')
    const lines = door === 'containerLogs' ? linesOf(pod, container) : null
    if (!lines) return void response.writeHead(404).end(`container "${container}" in pod "${pod}" is not there`)
    const tail = Number(searchParams.get('tailLines') ?? lines.length)
    const stamped = searchParams.get('timestamps') === 'true'
    const text = lines.slice(-tail).map((line) => `${stamped ? `${line.at} ` : ''}${line.text}\n`)
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text.join(''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port: (server.address() as AddressInfo).port, stop }
}
