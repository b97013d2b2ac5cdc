import path from 'node:path'
import { ROOT } from '../steps.mjs'

/** The example's local clusters; each has a gateway of its own. */
export const CLUSTERS = ['on-prem-1', 'cloud-1', 'trial-1']

export class StartError extends Error {}

function readPort(text) {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port <= 65_500) return port
  throw new StartError(`PORT is "${text}": give a number from 1 to 65500, for example PORT=4000 npm start`)
}

function readOptions(args) {
  const unknown = args.find((arg) => arg !== '--empty' && arg !== '--dev')
  if (unknown) throw new StartError(`"${unknown}" is not known. There are --empty (without the example) and --dev (for development).`)
  return { empty: args.includes('--empty'), dev: args.includes('--dev') }
}

/**
 * What this start was asked for, from the command line and the environment.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function readSettings(args, env = process.env) {
  const port = readPort(env.PORT || '3000')
  const host = env.HOST || '127.0.0.1'
  return {
    ...readOptions(args),
    host,
    port,
    enginePort: port + 1,
    adminPort: port + 2,
    gateways: CLUSTERS.map((name, i) => ({ name, port: port + 10 + i })),
    dataDir: path.resolve(ROOT, env.SLIPWAY_DATA_DIR || '.slipway'),
    databaseUrl: env.DATABASE_URL || undefined,
    /** Where the processes of this host find web. */
    localUrl: `http://127.0.0.1:${port}`,
    /** The address that browsers use. */
    publicUrl: env.NEXTAUTH_URL || `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`,
  }
}
