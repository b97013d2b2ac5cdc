// What a JSON body may hold that no JSON parser refuses, and that nothing can be made of.

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g
/** Deeper than any plan: an artifact signature has four levels. */
const DEPTH_MAX = 64

interface Level {
  /** Names that stood here; null: a list. */
  readonly names: Set<string> | null
  at: string | number
}

/** The path of the first field that stands twice in valid JSON, where a parser would silently take the last; null: none. RangeError: nested too deep. */
export function doubledField(text: string): string | null {
  const levels: Level[] = []
  let last = ''
  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      if (levels.length >= DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX} levels`)
      levels.push(token === '{' ? { names: new Set(), at: '' } : { names: null, at: 0 })
    } else if (token === '}' || token === ']') levels.pop()
    else if (token === ':' && level?.names) {
      level.at = String(JSON.parse(last))
      if (level.names.has(level.at)) return levels.map(({ at }) => at).join('.')
      level.names.add(level.at)
    } else if (token === ',' && level && !level.names) level.at = Number(level.at) + 1
    else last = token
  }
  return null
}

/** The path of the first text that the database cannot hold: with a NUL character, or half of a surrogate pair; null: none. The value may be of any depth. */
export function unstorableText(value: unknown): string | null {
  const left: { at: string; value: unknown }[] = [{ at: '', value }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { at, value: here } = next
    if (typeof here === 'string' && (here.includes('\0') || !here.isWellFormed())) return at
    if (typeof here !== 'object' || here === null) continue
    for (const [name, inner] of Object.entries(here)) {
      const path = at === '' ? name : `${at}.${name}`
      if (name.includes('\0') || !name.isWellFormed()) return path
      left.push({ at: path, value: inner })
    }
  }
  return null
}
