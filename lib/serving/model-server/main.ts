// A model server: one ONNX model in a process of its own, forked by the local cluster or by a check run. It gets no secrets and reads no environment.
import type http from 'node:http'
import type { Observe } from '@/lib/endpoints/wish'
import { Answerer } from './answer'
import { listen } from './http'
import { Model } from './model'
import { type FromServer, type Load, ToServer } from './protocol'

const USAGE_MS = 2_000
const BINS_MS = 1_000

let answerer: Answerer | undefined
let server: http.Server | undefined
/** It may be asked for before the model is loaded. */
let observe: Observe | null = null

/** Sends to the parent, and calls back once it is on its way; a closed channel ends the process by 'disconnect'. */
function tell(message: FromServer, sent?: () => void): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => sent?.())
  else sent?.()
}

function reportUsage(): void {
  let cpu = process.cpuUsage()
  let at = performance.now()
  setInterval(() => {
    const used = process.cpuUsage(cpu)
    const elapsed = performance.now() - at
    cpu = process.cpuUsage()
    at = performance.now()
    tell({ kind: 'usage', cpu: (used.user + used.system) / 1_000 / elapsed, memoryBytes: process.memoryUsage.rss() })
  }, USAGE_MS)
}

function sendBins(sent?: () => void): void {
  const rows = answerer?.bins.take() ?? []
  if (rows.length > 0) tell({ kind: 'bins', rows }, sent)
  else sent?.()
}

async function load(message: Load): Promise<void> {
  const start = performance.now()
  const model = await Model.load(message.artifact)
  answerer = new Answerer(model, message)
  answerer.observe(observe)
  const opened = message.listen ? await listen(answerer, message) : undefined
  server = opened
  reportUsage()
  setInterval(sendBins, BINS_MS)
  tell({ kind: 'ready', port: opened?.port ?? null, signature: model.signature, loadMs: performance.now() - start })
}

/** Finishes what is in flight, hands over the last counts, ends. */
function drain(): void {
  const end = () => sendBins(() => process.exit(0))
  if (!server) end()
  server?.close(end)
  server?.closeIdleConnections()
}

async function receive(raw: unknown): Promise<void> {
  const message = ToServer.parse(raw)
  if (message.kind === 'drain') return drain()
  if (message.kind === 'load') return load(message)
  if (message.kind === 'observe') {
    observe = message.observe
    answerer?.observe(observe)
    return
  }
  if (!answerer) throw new Error('A request came before the model was loaded.')
  const { status, body, runMs, scores } = await answerer.infer(message.body, 'pinned', false)
  tell({ kind: 'answer', id: message.id, status, body, runMs, scores })
}

process.on('message', (raw) => {
  receive(raw).catch((error: unknown) => {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }, () => process.exit(1))
  })
})
// Whoever forked it is gone, even by kill -9: a model server without a parent serves nobody.
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', drain)
process.on('SIGINT', () => undefined)
