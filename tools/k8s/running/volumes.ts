import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Api } from '../api'
import type { Pod, Volume } from '../fate'
import type { Place } from './place'

type Files = Map<string, Buffer>

/** Writes the volumes of a pod as they are now. Throws, with what Kubernetes would say, while something that they are made from is missing. */
export async function writeVolumes(api: Api, pod: Pod, place: Place): Promise<void> {
  for (const volume of pod.spec.volumes ?? []) {
    const folder = place.volume(volume.name)
    if (volume.persistentVolumeClaim) {
      const there = await folderOf(api, pod.metadata.namespace, volume.persistentVolumeClaim.claimName)
      await rm(folder, { force: true })
      await symlink(there, folder)
      continue
    }
    await mkdir(folder, { recursive: true })
    const files = await filesOf(api, pod.metadata.namespace, volume)
    for (const [name, bytes] of files) await writeChanged(path.join(folder, name), bytes)
  }
}

/** The folder of this machine behind a claim, whose volume is a hostPath. What a real kubelet says of one that is not there, it says too. */
async function folderOf(api: Api, namespace: string, claim: string): Promise<string> {
  const lacking = (cause?: unknown) => new Error(`persistentvolumeclaim "${claim}" not found`, { cause })
  const { spec } = await api
    .get<{ spec: { volumeName?: string } }>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`)
    .catch((error: unknown) => {
      throw lacking(error)
    })
  const volume = await api.get<{ spec: { hostPath?: { path: string } } }>(`/api/v1/persistentvolumes/${spec.volumeName}`)
  if (!volume.spec.hostPath) throw lacking()
  return volume.spec.hostPath.path
}

async function filesOf(api: Api, namespace: string, { name, configMap, secret }: Volume): Promise<Files> {
  const failed = (what: string) => (error: Error) => {
    throw new Error(`MountVolume.SetUp failed for volume "${name}" : ${what} not found`, { cause: error })
  }
  if (configMap) {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`
    const { data = {} } = await api.get<{ data?: Record<string, string> }>(path).catch(failed(`configmap "${configMap.name}"`))
    return new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text)]))
  }
  if (!secret) return new Map()
  const { secretName, items } = secret
  const path = `/api/v1/namespaces/${namespace}/secrets/${secretName}`
  const { data = {} } = await api.get<{ data?: Record<string, string> }>(path).catch(failed(`secret "${secretName}"`))
  const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key }))
  const lacking = wanted.find(({ key }) => data[key] === undefined)
  if (lacking) throw new Error(`MountVolume.SetUp failed for volume "${name}" : references non-existent secret key: ${lacking.key}`)
  return new Map(wanted.map(({ key, path: file }) => [file, Buffer.from(data[key], 'base64')]))
}

/** Leaves a file alone that says the same: whoever reads it by its time sees no change where there is none. */
async function writeChanged(file: string, bytes: Buffer): Promise<void> {
  const before = await readFile(file).catch(() => null)
  if (before?.equals(bytes)) return
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, bytes)
}
