import type { Signature } from '@/lib/artifacts/schema'
import { invalid, type Problem } from '@/lib/errors'
import { declaredFeatures, rowWidth, words } from '@/lib/models/signature'

/** How a row of numbers becomes the inputs of a model: the columns in order, by name where the model names them. */
export interface Layout {
  width: number
  /** Feature names that the model itself declares, in order; null: any names, in the order of the file. */
  names: string[] | null
}

/** The layout of a signature's inputs: one matrix [N, width], or several inputs of one number per row each. Null when rows of numbers do not fit. */
function layoutOf(signature: Signature): Layout | null {
  if (signature.inputs.some((input) => input.datatype === 'BYTES' || input.datatype === 'BOOL')) return null
  const [first, ...more] = signature.inputs
  if (!first) return null
  if (more.length > 0) {
    const single = signature.inputs.every((input) => rowWidth(input) === 1)
    return single ? { width: signature.inputs.length, names: signature.inputs.map((input) => input.name) } : null
  }
  const declared = declaredFeatures(signature)
  const width = rowWidth(first) ?? declared?.length ?? null
  if (width === null || width < 1 || width > 1_000) return null
  return { width, names: declared?.length === width ? declared : null }
}

/** Where each feature and the label stand in a row. */
export interface Columns {
  names: string[]
  at: number[]
  label: number | null
}

/** Finds the features in a header; throws what is missing, or how many columns there should be. */
export function columnsOf(header: readonly string[], signature: Signature): Columns {
  const layout = layoutOf(signature)
  if (!layout) {
    const inputs = signature.inputs.map((input) => `"${input.name}" ${words(input)}`).join(', ')
    throw refuse(`A baseline is made of one row of numbers per line, and the inputs ${inputs} do not take such rows.`)
  }
  const twice = header.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) throw refuse(`The column "${twice}" stands there twice.`)
  const label = header.findIndex((name) => name.toLowerCase() === 'label')
  if (layout.names) {
    const missing = layout.names.filter((name) => !header.includes(name))
    if (missing.length > 0)
      throw refuse(
        `The sample lacks ${missing.length} of the ${layout.names.length} columns that the model declares: ${missing.join(', ')}.`,
      )
    return { names: layout.names, at: layout.names.map((name) => header.indexOf(name)), label: label < 0 ? null : label }
  }
  const features = header.filter((_name, i) => i !== label)
  if (features.length !== layout.width)
    throw refuse(
      `The sample has ${features.length} feature columns (${features.slice(0, 12).join(', ')}), the model takes ${layout.width} numbers per row. ` +
        'Send the features in the order of the input, and if you have it a column "label".',
    )
  return { names: features, at: features.map((name) => header.indexOf(name)), label: label < 0 ? null : label }
}

function refuse(message: string): Problem {
  return invalid('sample', message)
}
