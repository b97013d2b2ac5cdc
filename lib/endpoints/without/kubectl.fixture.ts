import { execFileSync } from 'node:child_process'

/** What kubectl was told by one call of it. */
export interface Patch {
  kind: string
  name: string
  namespace: string
  type: string
  body: unknown
}

/** Stands where kubectl would, and says which words it was given. */
const KUBECTL = `kubectl() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\1'; }`

/** What kubectl gets when a text is pasted into a shell: its words, whatever the shell makes of quotes. Throws where the shell says that something failed. */
export function pasted(code: string): Patch[] {
  const said = execFileSync('sh', ['-c', `${KUBECTL}\n${code}`], { encoding: 'utf8', maxBuffer: 1 << 24 })
  return said.split('\x01').slice(0, -1).map(patchOf)
}

function patchOf(said: string): Patch {
  const [verb, kind, name, ...options] = said.split('\0').slice(0, -1)
  if (verb !== 'patch' || options.length !== 6) throw new Error(`This is no call of kubectl patch: ${said.replaceAll('\0', ' ')}`)
  const given = new Map(options.flatMap((word, i) => (i % 2 === 0 ? [[word, options[i + 1]] as const] : [])))
  const option = (long: string) => {
    const value = given.get(long)
    if (value === undefined) throw new Error(`kubectl is not told ${long}.`)
    return value
  }
  return { kind, name, namespace: option('--namespace'), type: option('--type'), body: JSON.parse(option('--patch')) }
}
