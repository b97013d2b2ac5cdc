import fs from 'node:fs'
import path from 'node:path'
import { builtFolder, RECIPE as KUBERNETES, releaseIn } from '../cache'
import { buildProgram, findGo } from '../go'
import { mayTakeAddresses } from '../running/address'

/** A module of its own: its graph has nothing to do with that of Kubernetes. */
const RECIPE = path.join(KUBERNETES, 'gateway')
const MODULE = 'github.com/traefik/traefik/v3'
const MAIN = `${MODULE}/cmd/traefik`
const MINUTES = 6

function cached(): string {
  return path.join(builtFolder(RECIPE, `traefik-${releaseIn(RECIPE, MODULE)}`), 'traefik')
}

/** Why a gateway cannot dial the pods of the tests, where it cannot. */
export const UNREACHABLE = 'this machine may not be given addresses for pods, which takes root on Linux, and "ip"'

/** The gateway's program on this machine: the one that TEST_ASSET_TRAEFIK names, else ours; null: there is none yet. Builds nothing. */
export function findGateway(env: NodeJS.ProcessEnv = process.env): string | null {
  return [env.TEST_ASSET_TRAEFIK, cached()].find((file) => file && fs.existsSync(file)) ?? null
}

/** Builds the gateway into our cache where there is none and it could reach pods: once per recipe. Returns why it cannot be had; null: it is there. */
export async function provideGateway(say: (line: string) => void): Promise<string | null> {
  if (!mayTakeAddresses()) return `no gateway: ${UNREACHABLE}`
  if (findGateway()) return null
  try {
    const go = findGo()
    if ('missing' in go) throw new Error(go.missing)
    const version = releaseIn(RECIPE, MODULE)
    say(`Building Traefik ${version}, a gateway, with ${go.version} (once; about ${MINUTES} min on two idle cores) ...`)
    const since = performance.now()
    await buildProgram(go, { recipe: RECIPE, main: MAIN, stamps: { [`${MODULE}/pkg/version.Version`]: version } }, cached())
    say(`  built in ${Math.round((performance.now() - since) / 1_000)} s: ${cached()}`)
    return null
  } catch (error) {
    say(`  not built: ${(error as Error).message}`)
    return `no gateway: ${(error as Error).message}`
  }
}
