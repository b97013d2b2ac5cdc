import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { FromServer, type ToServer } from './protocol'

/** Where the build puts the model server's bundle; every process of the house starts in the root. */
const BUNDLE = path.resolve('dist', 'model-server.mjs')

interface ServerEvents {
  message(message: FromServer): void
  line(stream: 'stdout' | 'stderr', text: string): void
  /** Once, also when it could not be started. */
  exit(code: number | null, signal: NodeJS.Signals | null, error?: Error): void
}

export interface ForkedServer {
  readonly process: ChildProcess
  send(message: ToServer): void
}

/**
 * Forks a model server and sends it its `load`. Its environment is empty but for the locale of numbers: no token, no address, no path of ours.
 * `maxHeapMb` bounds its JavaScript heap.
 */
export function forkModelServer(load: ToServer, events: ServerEvents, maxHeapMb = 512): ForkedServer {
  const child = fork(BUNDLE, [], {
    env: { NODE_ENV: 'production', LANG: 'C' },
    execArgv: [`--max-old-space-size=${maxHeapMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let ended = false
  const end = (code: number | null, signal: NodeJS.Signals | null, error?: Error) => {
    if (ended) return
    ended = true
    events.exit(code, signal, error)
  }
  child.once('exit', (code, signal) => end(code, signal))
  child.once('error', (error) => end(null, null, error))
  child.on('message', (raw) => {
    const message = FromServer.safeParse(raw)
    if (message.success) events.message(message.data)
  })
  lines(child, 'stdout', events)
  lines(child, 'stderr', events)
  const send = (message: ToServer) => {
    // A channel that has just closed is told by 'exit'.
    if (child.connected) child.send(message, () => undefined)
  }
  send(load)
  return { process: child, send }
}

/** A line longer than this is cut: a model cannot fill our memory by what it prints. */
const MAX_LINE = 2_000

function lines(child: ChildProcess, name: 'stdout' | 'stderr', events: ServerEvents): void {
  let rest = ''
  child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = (parts.pop() ?? '').slice(0, MAX_LINE)
    for (const part of parts) if (part.trim() !== '') events.line(name, part.slice(0, MAX_LINE))
  })
}
