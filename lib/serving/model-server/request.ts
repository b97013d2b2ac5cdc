import { z } from 'zod'
import { type TensorData, toTyped, wrongElement } from './datatype'
import type { TensorSpec } from './protocol'

const Body = z.object({
  id: z.string().max(200).optional(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().min(0)).min(1).max(8),
        datatype: z.string(),
        data: z.array(z.unknown()),
      }),
    )
    .min(1)
    .max(64),
  outputs: z
    .array(z.object({ name: z.string() }))
    .max(64)
    .optional(),
})

export interface Feed {
  spec: TensorSpec
  shape: number[]
  data: TensorData
}

export interface InferRequest {
  id: string | undefined
  feeds: Feed[]
  /** Size of the first dimension: the batch. */
  rows: number
  /** Names of the outputs asked for; null: all. */
  wanted: string[] | null
}

/** What is wrong with a request, in a sentence for its sender. */
export class BadRequest extends Error {}

/** Reads an inference request against the model's inputs: names, datatypes, shapes, number of elements and every element. Throws BadRequest. */
export function readRequest(raw: unknown, inputs: readonly TensorSpec[], outputs: readonly TensorSpec[], maxRows: number): InferRequest {
  const parsed = Body.safeParse(raw)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new BadRequest(
      `The request is wrong at ${issue.path.join('.') || 'its root'}: ${issue.message}. Send {"inputs": [${example(inputs[0])}]}.`,
    )
  }
  const { id, inputs: given, outputs: asked } = parsed.data
  const byName = new Map(given.map((input) => [input.name, input]))
  if (byName.size !== given.length) throw new BadRequest('Two inputs have the same name.')
  const unknown = given.find((input) => !inputs.some((spec) => spec.name === input.name))
  if (unknown) throw new BadRequest(`The model has no input "${unknown.name}": it has ${names(inputs)}.`)
  const feeds = inputs.map((spec) => {
    const input = byName.get(spec.name)
    if (!input) throw new BadRequest(`The input "${spec.name}" is missing: send ${example(spec)}.`)
    return feed(spec, input)
  })
  const rows = feeds[0].shape[0]
  if (rows < 1 || rows > maxRows) throw new BadRequest(`The request has ${rows} rows: send 1 to ${maxRows}.`)
  const uneven = feeds.find((other) => other.shape[0] !== rows)
  if (uneven) throw new BadRequest(`The input "${uneven.spec.name}" has ${uneven.shape[0]} rows, "${feeds[0].spec.name}" has ${rows}.`)
  const missing = asked?.find((output) => !outputs.some((spec) => spec.name === output.name))
  if (missing) throw new BadRequest(`The model has no output "${missing.name}": it has ${names(outputs)}.`)
  return { id, feeds, rows, wanted: asked ? asked.map((output) => output.name) : null }
}

function feed(spec: TensorSpec, input: z.infer<typeof Body>['inputs'][number]): Feed {
  if (input.datatype !== spec.datatype)
    throw new BadRequest(`The input "${spec.name}" is ${spec.datatype}, not ${input.datatype.slice(0, 20)}.`)
  const fits = input.shape.length === spec.shape.length && spec.shape.every((size, i) => size === -1 || size === input.shape[i])
  if (!fits) throw new BadRequest(`The input "${spec.name}" has shape [${spec.shape}] (-1: any), not [${input.shape}].`)
  const values = flatten(input.data, spec.name)
  const wanted = input.shape.reduce((product, size) => product * size, 1)
  if (values.length !== wanted)
    throw new BadRequest(`The input "${spec.name}" of shape [${input.shape}] has ${wanted} elements, not ${values.length}.`)
  for (let i = 0; i < values.length; i += 1) {
    const right = wrongElement(spec.datatype, values[i])
    if (right) throw new BadRequest(`Element ${i} of the input "${spec.name}" must be ${right}.`)
  }
  return { spec, shape: input.shape, data: toTyped(spec.datatype, values) }
}

/** Nested rows as one list; the protocol allows both. */
function flatten(data: readonly unknown[], name: string): readonly unknown[] {
  let values = data
  for (let depth = 0; values.some(Array.isArray); depth += 1) {
    if (depth === 8) throw new BadRequest(`The data of input "${name}" is nested more than 8 deep.`)
    values = values.flat()
  }
  return values
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map((spec) => `"${spec.name}"`).join(', ')
}

function example(spec: TensorSpec): string {
  const shape = spec.shape.map((size) => (size === -1 ? 1 : size))
  return `{"name": "${spec.name}", "datatype": "${spec.datatype}", "shape": [${shape}], "data": [...]}`
}
