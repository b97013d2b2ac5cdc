import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { kubernetesVersion, PACKAGES, PROGRAMS, type ProgramName, programsFolder, RECIPE } from './cache'
import { downloadEnvtest } from './envtest'
import { buildProgram, findGo } from './go'

/** The programs that make a cluster. Without a controller manager nothing rolls out: tests that need it say so. */
export interface Binaries {
  etcd: string
  apiServer: string
  controllerManager: string | null
}

const FILE = { win32: '.exe' }[process.platform as string] ?? ''

function fileOf(folder: string | undefined, name: ProgramName): string | null {
  const file = folder && path.join(folder, name + FILE)
  return file && fs.existsSync(file) ? file : null
}

// As envtest does: one variable per program, or one folder for all.
function given(name: ProgramName, env: NodeJS.ProcessEnv): string | null {
  const own = env[`TEST_ASSET_${name.replaceAll('-', '_').toUpperCase()}`]
  return own && fs.existsSync(own) ? own : fileOf(env.KUBEBUILDER_ASSETS, name)
}

function minorOf(program: string): string | undefined {
  return /v(\d+\.\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
}

/** What is on this machine now: KUBEBUILDER_ASSETS first, then our cache. Null when an API server or etcd is missing. Fetches and builds nothing. */
export function findBinaries(env: NodeJS.ProcessEnv = process.env): Binaries | null {
  const folder = programsFolder(env)
  const apiServer = given('kube-apiserver', env) ?? fileOf(folder, 'kube-apiserver')
  const etcd = given('etcd', env) ?? fileOf(folder, 'etcd')
  if (!apiServer || !etcd) return null
  const controllerManager = given('kube-controller-manager', env) ?? fileOf(folder, 'kube-controller-manager')
  // A controller manager of another minor than its API server is not supported.
  const fits =
    controllerManager && (path.dirname(controllerManager) === path.dirname(apiServer) || minorOf(controllerManager) === minorOf(apiServer))
  return { etcd, apiServer, controllerManager: fits ? controllerManager : null }
}

/** The programs, and what was tried in vain on the way to them. */
interface Provision {
  binaries: Binaries | null
  reasons: string[]
}

/**
 * Finds the programs, or gets what is missing into our cache: first by the envtest index (seconds), then by a build with Go (minutes, once per recipe). `say` tells a
 * person what is being done.
 */
export async function provideBinaries(say: (line: string) => void): Promise<Provision> {
  const reasons: string[] = []
  const complete = () => findBinaries()?.controllerManager
  if (complete()) return { binaries: findBinaries(), reasons }
  if (process.env.KUBEBUILDER_ASSETS)
    reasons.push(`KUBEBUILDER_ASSETS (${process.env.KUBEBUILDER_ASSETS}) and the cache do not hold all of ${PROGRAMS.join(', ')}`)
  else reasons.push(`the cache (${programsFolder()}) does not hold all of ${PROGRAMS.join(', ')}`)
  if (!findBinaries()) {
    say('Fetching kube-apiserver and etcd by the envtest index ...')
    await downloadEnvtest(kubernetesVersion(), programsFolder()).catch((error: Error) => {
      reasons.push(`no download: ${causeOf(error)}`)
      say(`  not to be had: ${causeOf(error)}`)
    })
  }
  await build(say).catch((error: Error) => {
    reasons.push(`no build: ${error.message}`)
    say(`  not built: ${error.message}`)
  })
  return { binaries: findBinaries(), reasons }
}

// `fetch failed` tells nothing; what it was caused by does.
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}

function kubernetesStamps(): Record<string, string> {
  const version = kubernetesVersion()
  const [major, minor] = version.slice(1).split('.')
  const said = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [`k8s.io/component-base/version.${key}`, value]))
}

async function build(say: (line: string) => void): Promise<void> {
  const go = findGo()
  if ('missing' in go) throw new Error(go.missing)
  const folder = programsFolder()
  const found = findBinaries()
  // With an API server of somebody else's only its controller manager is missing.
  const missing = PROGRAMS.filter((name) => !fileOf(folder, name) && (!found || name === 'kube-controller-manager'))
  const stamps = kubernetesStamps()
  for (const name of missing) {
    say(
      `Building ${name} of Kubernetes ${kubernetesVersion()} with ${go.version} (once; about ${PACKAGES[name].minutes} min on two idle cores) ...`,
    )
    const since = performance.now()
    await buildProgram(go, { recipe: RECIPE, main: PACKAGES[name].path, stamps }, path.join(folder, name))
    say(`  built in ${Math.round((performance.now() - since) / 1_000)} s: ${path.join(folder, name)}`)
  }
}
