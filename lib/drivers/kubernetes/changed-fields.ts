/** Fields that the API server keeps for itself, and those in which a driver remembers. */
const OWN = /^(status|metadata\.(managedFields|resourceVersion|generation|creationTimestamp|uid|annotations\.slipway\.dev\/))/
const SHOWN = 8
const TEXT_MAX = 80

/** What differs between an object as it is stored and as it would be, for people: "spec.replicas from 1 to 2". At most eight fields, then how many more. */
export function changedFields(before: unknown, after: unknown): string[] {
  const old = flat(before)
  const now = flat(after)
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => !OWN.test(path) && old.get(path) !== now.get(path)).sort()
  const lines = paths.slice(0, SHOWN).map((path) => {
    const [from, to] = [old.get(path), now.get(path)].map((text) => (text && text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text))
    if (from === undefined) return `${path} becomes ${to}`
    return to === undefined ? `${path} goes (was ${from})` : `${path} from ${from} to ${to}`
  })
  return paths.length > SHOWN ? [...lines, `${paths.length - SHOWN} more`] : lines
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === null || typeof value !== 'object') return into.set(path, JSON.stringify(value) ?? 'nothing')
  const at = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`)
  for (const [key, item] of Object.entries(value)) flat(item, at(key), into)
  return into
}
