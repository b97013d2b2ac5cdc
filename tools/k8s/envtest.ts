import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { wholeOrNot } from './cache'

// The list that setup-envtest reads too: per release and system an archive with kube-apiserver, etcd and kubectl, and its SHA-512.
const INDEX = 'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml'
const INDEX_MS = 5_000
const ARCHIVE_MS = 180_000
const SYSTEM = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string]
const MACHINE = { x64: 'amd64', arm64: 'arm64', ppc64: 'ppc64le', s390x: 's390x' }[process.arch as string]

/** An archive that the index names. */
interface Archive {
  version: string
  sha512: string
  url: string
}

/** The archives in an index for one system, newest first. */
export function archivesOf(index: string, system: string, machine: string): Archive[] {
  const entry = new RegExp(`envtest-(v\\d+\\.\\d+\\.\\d+)-${system}-${machine}\\.tar\\.gz:\\s+hash:\\s*(\\w+)\\s+selfLink:\\s*(\\S+)`, 'g')
  const found = [...index.matchAll(entry)].map(([, version, sha512, url]) => ({ version, sha512, url }))
  return found.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
}

async function fetchWithin(url: string, ms: number): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ms) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

/** Fetches kube-apiserver and etcd of the newest release of the same minor as `version` into `folder`. Throws when that cannot be had within minutes. */
export async function downloadEnvtest(version: string, folder: string): Promise<void> {
  const minor = version.split('.').slice(0, 2).join('.')
  const archives = archivesOf((await fetchWithin(INDEX, INDEX_MS)).toString('utf8'), SYSTEM ?? process.platform, MACHINE ?? process.arch)
  const archive = archives.find((each) => each.version.startsWith(`${minor}.`))
  if (!archive) throw new Error(`the envtest index has no ${minor} for ${process.platform}-${process.arch}`)
  const bytes = await fetchWithin(archive.url, ARCHIVE_MS)
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  if (sha512 !== archive.sha512) throw new Error(`${archive.url} has the SHA-512 ${sha512}, and the index says ${archive.sha512}`)
  for (const name of ['etcd', 'kube-apiserver']) await unpack(bytes, name, path.join(folder, name))
}

function unpack(archive: Buffer, name: string, target: string): Promise<void> {
  return wholeOrNot(target, async (draft) => {
    const inside = `controller-tools/envtest/${name}`
    const tar = spawnSync('tar', ['-xzOf', '-', inside], { input: archive, maxBuffer: 1 << 29 })
    if (tar.status !== 0) throw new Error(`tar found no ${inside} in the archive: ${tar.error?.message ?? tar.stderr}`)
    fs.writeFileSync(draft, tar.stdout, { mode: 0o755 })
  })
}
