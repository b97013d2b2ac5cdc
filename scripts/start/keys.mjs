import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { CLUSTERS } from './settings.mjs'

function secret() {
  return randomBytes(32).toString('base64url')
}

function fresh() {
  return {
    signIn: secret(),
    tokens: secret(),
    sealing: secret(),
    engine: secret(),
    traffic: secret(),
    database: { superuser: secret(), owner: secret(), app: secret() },
    clusters: {},
  }
}

/**
 * The installation's keys: made at the first start, kept in the data folder (0600). A cluster that is new gets its tokens here.
 * Environment variables of the same meaning win, for installations that keep secrets elsewhere.
 */
export function loadKeys(dataDir, env = process.env) {
  const file = path.join(dataDir, 'keys.json')
  const keys = { ...fresh(), ...(fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}) }
  for (const name of CLUSTERS) keys.clusters[name] ??= { admin: secret(), identity: secret() }
  const draft = `${file}.new`
  fs.writeFileSync(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true })
  fs.renameSync(draft, file)
  return {
    ...keys,
    signIn: env.NEXTAUTH_SECRET || keys.signIn,
    tokens: env.SLIPWAY_TOKEN_KEY || keys.tokens,
    sealing: env.SLIPWAY_SEALING_KEY || keys.sealing,
    engine: env.SLIPWAY_ENGINE_TOKEN || keys.engine,
  }
}
