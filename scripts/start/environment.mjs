// What each process may know. Nothing of the supervisor's own environment passes unless it is named here.
const PASSED = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'SystemRoot',
  'TEMP',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SLIPWAY_LOG_LEVEL',
]
const WEBHOOKS = 'SLIPWAY_WEBHOOK_TARGETS'
const SOURCES = 'SLIPWAY_ARTIFACT_SOURCES'
const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

function pick(env, names) {
  return Object.fromEntries(names.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]))
}

function clusterList(settings, keys) {
  return JSON.stringify(
    settings.gateways.map(({ name, port }) => ({
      name,
      gatewayPort: port,
      adminToken: keys.clusters[name].admin,
      identityToken: keys.clusters[name].identity,
    })),
  )
}

/**
 * The environment of each process, holding only the keys that this process needs.
 * @param {Record<string, string | undefined>} env
 */
export function environments(settings, keys, databaseUrl, env = process.env) {
  const common = {
    ...pick(env, PASSED),
    NODE_ENV: settings.dev ? 'development' : 'production',
    HOST: settings.host,
    PORT: String(settings.port),
    SLIPWAY_DATA_DIR: settings.dataDir,
    SLIPWAY_URL: settings.localUrl,
    SLIPWAY_ENGINE_URL: `http://127.0.0.1:${settings.enginePort}`,
    SLIPWAY_ADMIN_PORT: String(settings.adminPort),
  }
  const database = { DATABASE_URL: databaseUrl }
  // A house that only its own machine reaches is somebody's desk: clusters that run there (kind, minikube) listen on loopback.
  const clusters = {
    SLIPWAY_CLUSTER_TARGETS: env.SLIPWAY_CLUSTER_TARGETS ?? (LOOPBACK.includes(settings.host) ? 'private,loopback' : 'private'),
  }
  return {
    web: {
      ...common,
      ...clusters,
      ...pick(env, [WEBHOOKS, SOURCES]),
      ...database,
      NEXT_TELEMETRY_DISABLED: '1',
      NEXTAUTH_URL: settings.publicUrl,
      NEXTAUTH_SECRET: keys.signIn,
      SLIPWAY_TOKEN_KEY: keys.tokens,
      SLIPWAY_ENGINE_TOKEN: keys.engine,
    },
    engine: {
      ...common,
      ...clusters,
      ...pick(env, [WEBHOOKS]),
      ...database,
      // What it sends out names the pages by the address that browsers use.
      NEXTAUTH_URL: settings.publicUrl,
      SLIPWAY_SEALING_KEY: keys.sealing,
      SLIPWAY_ENGINE_TOKEN: keys.engine,
    },
    cluster: { ...common, SLIPWAY_CLUSTERS: clusterList(settings, keys) },
    traffic: { ...common, SLIPWAY_TRAFFIC_TOKEN: keys.traffic },
    seed: {
      ...common,
      ...database,
      // What it prints is for the person who starts; what goes wrong, it throws.
      SLIPWAY_LOG_LEVEL: 'silent',
      NEXTAUTH_URL: settings.publicUrl,
      SLIPWAY_TOKEN_KEY: keys.tokens,
      SLIPWAY_SEALING_KEY: keys.sealing,
      SLIPWAY_CLUSTERS: clusterList(settings, keys),
      SLIPWAY_TRAFFIC_TOKEN: keys.traffic,
    },
    postgres: pick(env, PASSED),
  }
}
