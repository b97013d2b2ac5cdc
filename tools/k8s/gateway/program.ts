import fs from 'node:fs'
import path from 'node:path'
import { builtFolder, RECIPE as KUBERNETES, releaseIn } from '../cache'
import { provideCrdFiles } from '../crd-files'
import { buildProgram, findGo } from '../go'
import { mayTakeAddresses } from '../running/address'
import { fetchEnvoyProxy, findEnvoyProxy } from './envoy-proxy'
import { mayHoldHosts } from './own-host'

export type GatewayName = 'traefik' | 'envoy'

/** A gateway's program: a module of its own, because its graph has nothing to do with that of Kubernetes nor with another's. */
interface Recipe {
  title: string
  module: string
  main: string
  /** The variable that is to say its release. */
  stamp: string
  /** How much work a build is on two cores that do nothing else. */
  minutes: number
  /** Names another program. */
  variable: string
}

const RECIPES: Record<GatewayName, Recipe> = {
  traefik: {
    title: 'Traefik',
    module: 'github.com/traefik/traefik/v3',
    main: 'github.com/traefik/traefik/v3/cmd/traefik',
    stamp: 'github.com/traefik/traefik/v3/pkg/version.Version',
    minutes: 6,
    variable: 'TEST_ASSET_TRAEFIK',
  },
  envoy: {
    title: 'Envoy Gateway',
    module: 'github.com/envoyproxy/gateway',
    main: 'github.com/envoyproxy/gateway/cmd/envoy-gateway',
    stamp: 'github.com/envoyproxy/gateway/internal/cmd/version.envoyGatewayVersion',
    minutes: 3,
    variable: 'TEST_ASSET_ENVOY_GATEWAY',
  },
}
const NAMES = Object.keys(RECIPES) as GatewayName[]

/** Why a gateway cannot dial the pods of the tests, where it cannot. */
export const UNREACHABLE = 'this machine may not be given addresses for pods, which takes root on Linux, and "ip"'
const UNHELD = 'this machine may hold no other, which takes root on Linux, "unshare" and "nsenter"'
/** Why there is none, where there is none. */
export const NO_GATEWAY: Record<GatewayName, string> = {
  traefik: 'there is no Traefik: it is built with Go, which needs the module proxy',
  envoy:
    'there is no Envoy Gateway: it is built with Go, which needs the module proxy, its Envoy comes from a Python package index, and it needs a host of its own, which takes root on Linux, "unshare" and "nsenter"',
}

function folderOf(name: GatewayName): string {
  return path.join(KUBERNETES, 'gateway', name)
}

function cached(name: GatewayName): string {
  const recipe = folderOf(name)
  return path.join(builtFolder(recipe, `${name}-${releaseIn(recipe, RECIPES[name].module)}`), path.basename(RECIPES[name].main))
}

function findProgram(name: GatewayName, env: NodeJS.ProcessEnv): string | null {
  return [env[RECIPES[name].variable], cached(name)].find((file) => file && fs.existsSync(file)) ?? null
}

/** Whether all that a gateway needs is on this machine. Builds and fetches nothing. */
export function hasGateway(name: GatewayName, env: NodeJS.ProcessEnv = process.env): boolean {
  return findProgram(name, env) !== null && (name !== 'envoy' || (findEnvoyProxy(env) !== null && mayHoldHosts()))
}

/** The gateway's program: the one that its variable names, else ours. Throws where there is none yet. */
export function programOf(name: GatewayName, env: NodeJS.ProcessEnv = process.env): string {
  const file = findProgram(name, env)
  if (!file) throw new Error(`There is no ${RECIPES[name].title} here: "npm run test:clusters" builds it, or set ${RECIPES[name].variable}`)
  return file
}

/** Gets each gateway into our cache where it is not there and could reach pods: built once per recipe. Returns why what cannot be had. */
export async function provideGateways(say: (line: string) => void): Promise<string[]> {
  if (!mayTakeAddresses()) return [`no gateway: ${UNREACHABLE}`]
  const lacking: string[] = []
  for (const name of NAMES) {
    try {
      await provide(name, say)
    } catch (error) {
      say(`  not to be had: ${(error as Error).message}`)
      lacking.push(`no ${RECIPES[name].title}: ${(error as Error).message}`)
    }
  }
  return lacking
}

async function provide(name: GatewayName, say: (line: string) => void): Promise<void> {
  const { title, module, main, stamp, minutes } = RECIPES[name]
  if (name === 'envoy') await provideForEnvoy(say)
  if (findProgram(name, process.env)) return
  const go = findGo()
  if ('missing' in go) throw new Error(go.missing)
  const recipe = folderOf(name)
  const version = releaseIn(recipe, module)
  say(`Building ${title} ${version}, a gateway, with ${go.version} (once; about ${minutes} min on two idle cores) ...`)
  const since = performance.now()
  await buildProgram(go, { recipe, main, stamps: { [stamp]: version } }, cached(name))
  say(`  built in ${Math.round((performance.now() - since) / 1_000)} s: ${cached(name)}`)
}

/** What Envoy Gateway needs beside its own program. */
async function provideForEnvoy(say: (line: string) => void): Promise<void> {
  if (!mayHoldHosts()) throw new Error(UNHELD)
  await provideCrdFiles(say, ['envoy-gateway'])
  if (findEnvoyProxy()) return
  say('Fetching Envoy, a proxy ...')
  await fetchEnvoyProxy()
}
