import type { ByteSource } from './bytes'
import { type Value, value } from './onnx-value'
import type { Signature } from './schema'
import { type Budget, type Field, fields, text, WireError } from './wire'

/** `likely`: the file begins as ONNX files do, so that what is wrong is worth telling. */
type OnnxResult = { ok: true; signature: Signature } | { ok: false; likely: boolean; reason: string }

const FIELDS_MAX = 2_000_000
const LISTED_MAX = 64
/** Field numbers of ModelProto and GraphProto in onnx.proto. */
const MODEL = { irVersion: 1, producerName: 2, producerVersion: 3, graph: 7, opset: 8, metadata: 14 }
const GRAPH = { initializer: 5, input: 11, output: 12 }

interface Draft {
  irVersion: number
  producer: string[]
  graph: { from: number; to: number } | null
  opsets: Signature['opsets']
  metadata: Record<string, string>
}

/** Reads what an ONNX file takes and gives by walking its protobuf: nothing is loaded, weights are skipped over. */
export function readOnnx(source: ByteSource): OnnxResult {
  const budget: Budget = { fields: FIELDS_MAX }
  const draft: Draft = { irVersion: 0, producer: [], graph: null, opsets: [], metadata: {} }
  try {
    for (const field of fields(source, 0, source.size, budget)) readModelField(source, field, draft, budget)
    if (!draft.graph) return { ok: false, likely: draft.opsets.length > 0, reason: 'It holds no graph.' }
    return readGraph(source, draft, draft.graph, budget)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const likely = draft.irVersion > 0 && draft.irVersion < 100 && (draft.producer.length > 0 || draft.graph !== null)
    return { ok: false, likely, reason: `At byte ${error.at}: ${error.message}. It is truncated or damaged.` }
  }
}

function readModelField(source: ByteSource, field: Field, draft: Draft, budget: Budget): void {
  if (field.kind === 'number') {
    if (field.id === MODEL.irVersion) draft.irVersion = field.value
    return
  }
  if (field.id === MODEL.producerName || field.id === MODEL.producerVersion) draft.producer.push(text(source, field, 200))
  if (field.id === MODEL.graph) draft.graph = field
  if (field.id === MODEL.opset && draft.opsets.length < LISTED_MAX) draft.opsets.push(readOpset(source, field, budget))
  if (field.id === MODEL.metadata && Object.keys(draft.metadata).length < LISTED_MAX) {
    const [key, content] = readEntry(source, field, budget)
    if (key) draft.metadata[key] = content
  }
}

function readGraph(source: ByteSource, draft: Draft, graph: { from: number; to: number }, budget: Budget): OnnxResult {
  const inputs: Value[] = []
  const outputs: Value[] = []
  const weights = new Set<string>()
  for (const field of fields(source, graph.from, graph.to, budget)) {
    if (field.kind !== 'bytes') continue
    if (field.id === GRAPH.initializer) {
      const weight = readInitializer(source, field, budget)
      if (weight.external)
        return {
          ok: false,
          likely: true,
          reason: `The weights of "${weight.name}" lie in another file. Save it as one file: onnx.save(onnx.load('model.onnx'), 'one.onnx', save_as_external_data=False).`,
        }
      weights.add(weight.name)
    }
    if (field.id === GRAPH.input) inputs.push(value(source, field, budget))
    if (field.id === GRAPH.output) outputs.push(value(source, field, budget))
  }
  // Old exporters list weights as inputs too; they are not what a caller sends.
  return judge(
    draft,
    inputs.filter((input) => !weights.has(input.name)),
    outputs,
  )
}

function judge(draft: Draft, inputs: Value[], outputs: Value[]): OnnxResult {
  if (draft.irVersion < 1 || draft.irVersion > 99)
    return { ok: false, likely: false, reason: `It names no ONNX format version (found ${draft.irVersion}).` }
  const refuse = (reason: string): OnnxResult => ({ ok: false, likely: true, reason })
  if (draft.opsets.length === 0) return refuse('It names no operator set: it is truncated or damaged.')
  for (const [what, list] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    if (list.length === 0) return refuse(`Its graph has no ${what}.`)
    if (list.length > LISTED_MAX) return refuse(`Its graph has ${list.length} ${what}s; at most ${LISTED_MAX} can be served.`)
    const wrong = list.find((item) => item.problem !== null)
    if (wrong) return refuse(`Its ${what} "${wrong.name}" ${wrong.problem}`)
  }
  const specs = (list: Value[]) => list.map(({ name, datatype, shape }) => ({ name, datatype, shape }))
  const { producer, opsets, metadata } = draft
  return { ok: true, signature: { inputs: specs(inputs), outputs: specs(outputs), producer: producer.join(' '), opsets, metadata } }
}

function readOpset(source: ByteSource, range: { from: number; to: number }, budget: Budget): { domain: string; version: number } {
  const opset = { domain: '', version: 0 }
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.id === 1 && field.kind === 'bytes') opset.domain = text(source, field, 200)
    if (field.id === 2 && field.kind === 'number') opset.version = field.value
  }
  return { domain: opset.domain || 'ai.onnx', version: opset.version }
}

function readEntry(source: ByteSource, range: { from: number; to: number }, budget: Budget): [string, string] {
  let key = ''
  let content = ''
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.kind !== 'bytes') continue
    if (field.id === 1) key = text(source, field, 200)
    if (field.id === 2) content = text(source, field)
  }
  return [key, content]
}

function readInitializer(source: ByteSource, range: { from: number; to: number }, budget: Budget): { name: string; external: boolean } {
  const weight = { name: '', external: false }
  for (const field of fields(source, range.from, range.to, budget)) {
    if (field.id === 8 && field.kind === 'bytes') weight.name = text(source, field, 200)
    if (field.id === 14 && field.kind === 'number') weight.external = field.value === 1
  }
  return weight
}
