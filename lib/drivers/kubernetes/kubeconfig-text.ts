import { FAILSAFE_SCHEMA, load, YAMLException } from 'js-yaml'

/** A mapping of a kubeconfig: every scalar is text, and null where nothing stands. */
export type Fields = Record<string, unknown>

/** Longest kubeconfig that is read, in characters: one of a hundred clusters with certificates is about as long. */
export const KUBECONFIG_MAX = 500_000
const DEPTH_MAX = 40

/** A reason to refuse the file, as a plain sentence that names the field and never repeats a value that may be secret. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly path: 'kubeconfig' | 'context' = 'kubeconfig',
  ) {
    super(message)
  }
}

/**
 * Reads YAML (and so JSON) as text, lists and mappings only: no anchors, no aliases, no tags, one document, no field twice. Throws `Refused`, which tells
 * the line and nothing of its content, which may be secret.
 */
export function fieldsOfText(text: string): Fields {
  if (text.length > KUBECONFIG_MAX)
    throw new Refused(`The kubeconfig is longer than ${KUBECONFIG_MAX / 1_000} kB: keep the contexts you need.`)
  return fieldsOf(parsed(text), 'The kubeconfig')
}

function parsed(text: string): unknown {
  // In the state that the parser tells of, which its types leave out, an anchor stands; without one there can be no alias.
  const listener = (_event: 'open' | 'close', state: { anchor?: unknown; line: number }) => {
    if (state.anchor) throw new Refused(`There is a YAML anchor in line ${state.line + 1}: write out what it stands for.`)
  }
  try {
    return load(text, { schema: FAILSAFE_SCHEMA, listener, maxDepth: DEPTH_MAX } as Parameters<typeof load>[1])
  } catch (error) {
    if (error instanceof YAMLException) throw new Refused(plain(error))
    throw error instanceof RangeError ? new Refused('The kubeconfig cannot be read.') : error
  }
}

/** The parser's own words quote the file: only its kind of complaint is told, and the line. */
function plain({ reason = '', mark }: YAMLException): string {
  const line = mark ? ` in line ${mark.line + 1}` : ''
  if (reason.startsWith('duplicated mapping key')) return `A field stands twice${line}: keep one.`
  if (reason.startsWith('unknown tag')) return `There is a YAML tag${line}: a kubeconfig needs none.`
  if (reason.startsWith('unidentified alias')) return `There is a YAML alias${line}: write out what it stands for.`
  if (reason.startsWith('nesting exceeded')) return `The kubeconfig is nested deeper than ${DEPTH_MAX} levels: this is not one.`
  if (reason.startsWith('expected a single document')) return 'The file holds more than one YAML document: give one.'
  return `The kubeconfig is not YAML${line}.`
}

/** A mapping, or a refusal that names where one should be. */
export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(`${where} is no mapping of fields.`)
  return value as Fields
}
