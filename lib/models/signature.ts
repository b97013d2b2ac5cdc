import type { Signature, TensorSpec } from '@/lib/artifacts/schema'

type Fit = { ok: true } | { ok: false; reason: string }

/**
 * Whether a caller of `live` can call `next` unchanged: the same inputs by name, datatype and shape, and every output of `live` still there with its type.
 * A free dimension (-1) of `next` takes any size; a free dimension of `live` needs a free one. Pure; the reason is a sentence for people.
 */
export function signatureFits(live: Signature, next: Signature): Fit {
  const input = compare('input', live.inputs, next.inputs, acceptsShape)
  if (!input.ok) return input
  const extra = next.inputs.find((spec) => !live.inputs.some((old) => old.name === spec.name))
  if (extra)
    return {
      ok: false,
      reason: `It needs an input "${extra.name}" ${words(extra)}, which the live version does not take and callers do not send.`,
    }
  return compare('output', live.outputs, next.outputs, acceptsShape)
}

function compare(what: string, live: TensorSpec[], next: TensorSpec[], fits: (live: number[], next: number[]) => boolean): Fit {
  for (const old of live) {
    const spec = next.find((candidate) => candidate.name === old.name)
    if (!spec) {
      const names = next.map((candidate) => `"${candidate.name}"`).join(', ')
      return { ok: false, reason: `It has no ${what} "${old.name}" ${words(old)}, which the live version has; it has ${names}.` }
    }
    if (spec.datatype !== old.datatype || !fits(old.shape, spec.shape))
      return { ok: false, reason: `Its ${what} "${old.name}" is ${words(spec)}; the live version's is ${words(old)}.` }
  }
  return { ok: true }
}

function acceptsShape(live: number[], next: number[]): boolean {
  return live.length === next.length && next.every((size, i) => size === -1 || size === live[i])
}

/** "FP32 [any, 8]" */
export function words(spec: Pick<TensorSpec, 'datatype' | 'shape'>): string {
  return `${spec.datatype} [${spec.shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`
}

/** How many numbers one row of an input has; null when only the caller decides it. The first dimension is the rows. */
export function rowWidth(spec: TensorSpec): number | null {
  const rest = spec.shape.slice(1)
  if (spec.shape.length < 2) return 1
  return rest.includes(-1) ? null : rest.reduce((product, size) => product * size, 1)
}

/** The names of the features in the order of the input, if the file itself tells them: metadata `features`, a JSON list or separated by commas. */
export function declaredFeatures(signature: Signature): string[] | null {
  const declared = signature.metadata.features ?? signature.metadata.feature_names
  if (!declared) return null
  let names: unknown
  try {
    names = JSON.parse(declared)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    names = declared.split(',').map((name) => name.trim())
  }
  return Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string' && name !== '') ? names : null
}
