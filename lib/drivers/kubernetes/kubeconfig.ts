import { KubernetesConfig, KubernetesCredential } from './config'
import {
  CONTEXTS_MAX,
  given,
  problemsOf,
  REFUSED_OF_CLUSTER,
  REFUSED_OF_USER,
  refuse,
  shown,
  TAKEN_OF_CLUSTER,
  TAKEN_OF_CONTEXT,
  TAKEN_OF_FILE,
  TAKEN_OF_USER,
  TOKEN,
} from './kubeconfig-fields'
import { type Fields, fieldsOf, fieldsOfText, Refused } from './kubeconfig-text'

/** What a kubeconfig says of one context, or why it is not taken; with the names of its contexts, to choose one. */
export type Imported =
  | {
      ok: true
      context: string
      contexts: string[]
      config: Pick<KubernetesConfig, 'server' | 'ca' | 'tlsServerName' | 'namespace'>
      credential: KubernetesCredential
    }
  | { ok: false; path: 'kubeconfig' | 'context'; message: string; contexts: string[] }

/**
 * Takes server, certificates, namespace and credential of one context out of a kubeconfig. Nothing in it is run, read from disk or asked: only the fields
 * of the lists are taken, and any other is refused by its name. Of other contexts nothing is taken and nothing is judged. `context`: which; without it the
 * only one, else the file's current one.
 */
export function importKubeconfig(text: string, context?: string): Imported {
  let contexts: string[] = []
  try {
    const file = fieldsOfText(text)
    refuse(problemsOf('', file, TAKEN_OF_FILE))
    if ((file.kind ?? 'Config') !== 'Config' || (file.apiVersion ?? 'v1') !== 'v1')
      throw new Refused('This is no kubeconfig: its kind is not Config, or its apiVersion not v1.')
    const entries = entriesOf(file, 'contexts', 'context')
    contexts = [...entries.keys()].slice(0, CONTEXTS_MAX)
    const name = chosen(contexts, context, file['current-context'])
    return { ok: true, context: name, contexts, ...read(file, name, entries.get(name) ?? {}) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ok: false, path: error.path, message: error.message, contexts }
  }
}

function chosen(contexts: readonly string[], asked: string | undefined, current: unknown): string {
  if (contexts.length === 0) throw new Refused('The kubeconfig has no context.')
  if (asked === undefined && contexts.length === 1) return contexts[0]
  const name = asked ?? current
  if (typeof name === 'string' && contexts.includes(name)) return name
  const list = contexts.slice(0, 20).map(shown).join(', ')
  throw new Refused(
    asked === undefined ? `Choose one of its contexts: ${list}.` : `It has no context of this name. Choose one of: ${list}.`,
    'context',
  )
}

function read(file: Fields, name: string, context: Fields): Omit<Extract<Imported, { ok: true }>, 'ok' | 'context' | 'contexts'> {
  refuse(problemsOf(`contexts[${shown(name)}].context.`, context, TAKEN_OF_CONTEXT))
  const cluster = entryOf(file, 'clusters', 'cluster', context.cluster)
  const user = entryOf(file, 'users', 'user', context.user)
  refuse([
    ...problemsOf(cluster.at, cluster.fields, TAKEN_OF_CLUSTER, REFUSED_OF_CLUSTER),
    ...problemsOf(user.at, user.fields, TAKEN_OF_USER, REFUSED_OF_USER),
  ])
  const ca = given(cluster.at, cluster.fields, 'certificate-authority-data')
  const config = KubernetesConfig.pick({ server: true, ca: true, tlsServerName: true, namespace: true }).safeParse({
    server: cluster.fields.server,
    ca: ca === undefined ? null : decoded(`${cluster.at}certificate-authority-data`, ca),
    tlsServerName: cluster.fields['tls-server-name'] ?? null,
    namespace: context.namespace || 'default',
  })
  if (!config.success) throw new Refused(explained(config.error.issues, cluster.at))
  return { config: config.data, credential: credentialOf(user.at, user.fields) }
}

function credentialOf(at: string, user: Fields): KubernetesCredential {
  const [token, certificate, key] = ['token', 'client-certificate-data', 'client-key-data'].map((name) => given(at, user, name))
  const paired = certificate !== undefined || key !== undefined
  if (token !== undefined && paired) throw new Refused(`${at}token stands beside a client certificate: keep one of them.`)
  if (token === undefined && !paired) throw new Refused(`${at.slice(0, -1)} holds no credential: ${TOKEN}.`)
  if (paired && (certificate === undefined || key === undefined))
    throw new Refused(`${at}client-certificate-data and client-key-data belong together: give both.`)
  const parsed = KubernetesCredential.safeParse(
    paired
      ? { clientCertificate: decoded(`${at}client-certificate-data`, certificate), clientKey: decoded(`${at}client-key-data`, key) }
      : { token },
  )
  if (!parsed.success) {
    const field = paired ? 'client-certificate-data or client-key-data' : 'token'
    const right = paired ? 'a certificate and its private key, without a passphrase' : 'a bearer token: one line, without spaces'
    throw new Refused(`${at}${field} is not what it should be: ${right}.`)
  }
  return parsed.data
}

const FIELD: Record<string, string> = { server: 'server', ca: 'certificate-authority-data', tlsServerName: 'tls-server-name' }

function explained(issues: readonly { path: PropertyKey[]; message: string }[], at: string): string {
  return issues
    .map(({ path, message }) =>
      FIELD[String(path[0])] ? `${at}${FIELD[String(path[0])]}: ${message}` : `context.${String(path[0])}: ${message}`,
    )
    .join(' ')
}

/** `clusters`, `users` or `contexts` by name. */
function entriesOf(file: Fields, list: string, key: string): Map<string, Fields> {
  const found = new Map<string, Fields>()
  const entries = file[list] ?? []
  if (!Array.isArray(entries)) throw new Refused(`${list} is no list.`)
  for (const entry of entries) {
    const { name, [key]: fields, ...rest } = fieldsOf(entry, list)
    if (typeof name !== 'string' || name === '') throw new Refused(`An entry of ${list} has no name.`)
    if (found.has(name)) throw new Refused(`Two of ${list} are named ${shown(name)}: keep one.`)
    refuse(problemsOf(`${list}[${shown(name)}].`, rest, []))
    found.set(name, fields === undefined || fields === null ? {} : fieldsOf(fields, `${list}[${shown(name)}].${key}`))
  }
  return found
}

function entryOf(file: Fields, list: string, key: string, name: unknown): { at: string; fields: Fields } {
  if (typeof name !== 'string' || name === '') throw new Refused(`The context names no ${key}.`)
  const fields = entriesOf(file, list, key).get(name)
  if (!fields) throw new Refused(`The context names the ${key} ${shown(name)}, which is not in ${list}.`)
  return { at: `${list}[${shown(name)}].${key}.`, fields }
}

function decoded(at: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value.replace(/\s/g, '')))
    throw new Refused(`${at} is not base64, as kubectl writes it.`)
  return Buffer.from(value, 'base64').toString('utf8')
}
