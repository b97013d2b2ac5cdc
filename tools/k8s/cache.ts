import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The module that names what is built, seen from the checkout that is the working folder. */
export const RECIPE = path.join('tools', 'k8s')
export const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const
export type ProgramName = (typeof PROGRAMS)[number]

/** Where each program's `main` stands, and how much work a build is on two cores that do nothing else. */
export const PACKAGES: Record<ProgramName, { path: string; minutes: number }> = {
  etcd: { path: 'go.etcd.io/etcd/server/v3', minutes: 1 },
  'kube-apiserver': { path: 'k8s.io/kubernetes/cmd/kube-apiserver', minutes: 4 },
  'kube-controller-manager': { path: 'k8s.io/kubernetes/cmd/kube-controller-manager', minutes: 1 },
}

/** The release of Kubernetes that the recipe builds, such as `v1.36.4`. */
export function kubernetesVersion(): string {
  return releaseIn(RECIPE, 'k8s.io/kubernetes')
}

/** The release of a module that a recipe requires. */
export function releaseIn(recipe: string, module: string): string {
  const words = fs.readFileSync(path.join(recipe, 'go.mod'), 'utf8').split(/\s+/)
  const version = words[words.findIndex((word, i) => word === module && /^v\d+\.\d+\.\d+/.test(words[i + 1])) + 1]
  if (!/^v\d/.test(version)) throw new Error(`${recipe}/go.mod requires no release of ${module}`)
  return version
}

function isWritable(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The user's own folder, or the checkout's data folder where there is none to write to. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.HOME || homeOfUser()
  return own && isWritable(own) ? own : path.resolve('.slipway')
}

// A container may run as a number that no user has.
function homeOfUser(): string | undefined {
  try {
    return os.userInfo().homedir
  } catch {
    return undefined
  }
}

/**
 * Where everything fetched or built for the tests is kept: the user's cache, so that a fresh clone, or another one, need not build again.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env.XDG_CACHE_HOME || path.join(homeFolder(env), '.cache'), 'slipway', 'k8s')
}

/** The folder of the programs that our recipe for Kubernetes makes on this system. */
export function programsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return builtFolder(RECIPE, kubernetesVersion(), env)
}

/** The folder of what a recipe makes on this system: another one as soon as the recipe changes. */
export function builtFolder(recipe: string, release: string, env: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(fs.readFileSync(path.join(recipe, file)))
  return path.join(cacheFolder(env), `${release}-${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 12)}`)
}

/** Writes a file by `make` under another name first: it is there whole, or not at all. */
export async function wholeOrNot(target: string, make: (draft: string) => Promise<void>): Promise<void> {
  fs.mkdirSync(path.dirname(target), { recursive: true })
  const draft = `${target}.part-${process.pid}`
  try {
    await make(draft)
    fs.renameSync(draft, target)
  } finally {
    fs.rmSync(draft, { force: true })
  }
}
