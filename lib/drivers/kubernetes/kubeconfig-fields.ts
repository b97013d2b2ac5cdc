import { type Fields, Refused } from './kubeconfig-text'

export const TOKEN = 'give the token of a service account as "token" (kubectl create token NAME --duration 8760h)'
const VIEW = 'kubectl config view --minify --flatten --raw'
const ALONE = 'only what stands in the file itself is taken'

/** Fields that are refused, each with what to give instead. What is in no list is refused as unknown. */
export const REFUSED_OF_USER: Record<string, string> = {
  exec: `it would run a program on the machine of Slipway: ${TOKEN}`,
  'auth-provider': `it would run a program or read files on the machine of Slipway: ${TOKEN}`,
  tokenFile: `${ALONE}: put the content of that file as "token"`,
  'token-file': `${ALONE}: put the content of that file as "token"`,
  'client-certificate': `${ALONE}: give "client-certificate-data" (${VIEW})`,
  'client-key': `${ALONE}: give "client-key-data" (${VIEW})`,
  username: `Kubernetes knows no passwords any more: ${TOKEN}`,
  password: `Kubernetes knows no passwords any more: ${TOKEN}`,
  as: 'nobody is impersonated: give the credential of that account itself',
  'as-uid': 'nobody is impersonated: give the credential of that account itself',
  'as-groups': 'nobody is impersonated: give the credential of an account in those groups',
  'as-user-extra': 'nobody is impersonated: give the credential of that account itself',
}
export const REFUSED_OF_CLUSTER: Record<string, string> = {
  'certificate-authority': `${ALONE}: give "certificate-authority-data" (${VIEW})`,
  'proxy-url': 'the engine reaches the API server itself: take it out, and give an address that the engine can reach',
  'insecure-skip-tls-verify': 'the server is always checked: take it out, and give "certificate-authority-data"',
}
export const TAKEN_OF_USER = ['token', 'client-certificate-data', 'client-key-data', 'extensions']
export const TAKEN_OF_CLUSTER = ['server', 'certificate-authority-data', 'tls-server-name', 'disable-compression', 'extensions']
export const TAKEN_OF_CONTEXT = ['cluster', 'user', 'namespace', 'extensions']
export const TAKEN_OF_FILE = ['apiVersion', 'kind', 'clusters', 'users', 'contexts', 'current-context', 'preferences', 'extensions']

/** So many things wrong are told at once. */
const TOLD_MAX = 8
export const CONTEXTS_MAX = 200

/** What of these fields is neither taken nor empty, each as a sentence with what to give instead. */
export function problemsOf(at: string, fields: Fields, taken: readonly string[], refused: Record<string, string> = {}): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (taken.includes(name) || (Object.hasOwn(refused, name) && asksNothing(name, value))) return []
    const why = Object.hasOwn(refused, name) ? refused[name] : 'no such field is known; take it out'
    return [`${at}${shown(name)} is refused: ${why}.`]
  })
}

/** Throws what is wrong, if anything is. */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Refused(problems.slice(0, TOLD_MAX).join(' '))
}

/** An empty field, and `insecure-skip-tls-verify: false`, which says what holds anyway. */
function asksNothing(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === '~' || value === 'null') return true
  return name === 'insecure-skip-tls-verify' && String(value).toLowerCase() === 'false'
}

/** A field's value; undefined where it is empty. */
export function given(at: string, fields: Fields, name: string): unknown {
  const value = fields[name]
  if (value === 'REDACTED' || value === 'DATA+OMITTED')
    throw new Refused(`${at}${name} holds what kubectl prints in place of a secret: take the output of ${VIEW}.`)
  return asksNothing(name, value) ? undefined : value
}

/** A name out of the file as it may be shown: what looks like anything but a name may be a secret at the wrong place. */
export function shown(name: string): string {
  return /^[\w.@:/-]{1,100}$/.test(name) ? name : '(an odd name)'
}
