import { setTimeout as pause } from 'node:timers/promises'
import { type Access, Api, ApiRefusal } from './api'
import { type BundleName, readCrdFiles } from './crd-files'
import { allow } from './node'

interface Definition {
  metadata: { name: string }
  spec: { group: string; names: { plural: string }; versions: { name: string; served: boolean }[] }
  status?: { conditions?: { type: string; status: string }[] }
}

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const WITHIN_MS = 300_000
const LOOK_EVERY_MS = 50

/** Installs the definitions of these bundles, and waits until objects of each can be made. Those that are there already stay as they are. */
export async function installCrds(server: Access, bundles: readonly BundleName[]): Promise<void> {
  const api = new Api(server)
  try {
    // One after another: each makes the server work for up to a second, and a busy machine would keep them all waiting until they are given up.
    for (const yaml of bundles.flatMap(readCrdFiles)) await install(api, yaml)
  } finally {
    await api.close()
  }
}

async function install(api: Api, yaml: string): Promise<void> {
  const name = /^ {2}name: (\S+)$/m.exec(yaml)?.[1] ?? ''
  const end = performance.now() + WITHIN_MS
  for (const done of [() => isThere(api, name, yaml), () => isServed(api, name)]) {
    while (!(await done().catch(notTooBusy))) {
      if (performance.now() > end) throw new Error(`${name} was not served within ${WITHIN_MS / 1_000} s`)
      await pause(LOOK_EVERY_MS)
    }
  }
}

// A server that has too much to do gives a call up, or does not answer it in time: it is asked again.
function notTooBusy(error: unknown): false {
  if (error instanceof ApiRefusal && error.status < 500) throw error
  return false
}

// As it stands in the file: clients that know the kind drop fields that they cannot name.
async function isThere(api: Api, name: string, yaml: string): Promise<boolean> {
  try {
    await api.get(`${PATH}/${name}`)
  } catch (error) {
    if (!(error instanceof ApiRefusal && error.status === 404)) throw error
    await allow(409, api.send('POST', PATH, yaml, 'application/yaml'))
  }
  return true
}

// Established comes first; for another 0.2 s the path may answer 404.
async function isServed(api: Api, name: string): Promise<boolean> {
  const { spec, status } = await api.get<Definition>(`${PATH}/${name}`)
  if (!status?.conditions?.some(({ type, status: holds }) => type === 'Established' && holds === 'True')) return false
  const version = spec.versions.find(({ served }) => served)?.name
  try {
    await api.get(`/apis/${spec.group}/${version}/${spec.names.plural}?limit=1`)
    return true
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return false
    throw error
  }
}
