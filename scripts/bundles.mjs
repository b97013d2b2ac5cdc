// The process bundles: packages stay outside, our own code becomes one file per process.
import { build, context } from 'esbuild'

/** Process name (dist/NAME.mjs) to its entry. */
export const ENTRIES = {
  engine: 'lib/engine/main.ts',
  rescue: 'lib/engine/rescue/main.ts',
  cluster: 'lib/serving/main.ts',
  'model-server': 'lib/serving/model-server/main.ts',
  serve: 'lib/serving/pod/main.ts',
  fetch: 'lib/serving/pod/fetch.ts',
  traffic: 'examples/flights/traffic.ts',
  seed: 'prisma/seed.ts',
  replay: 'lib/rollouts/replay/main.ts',
}

/** How our own code becomes one file for Node. */
const NODE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  // `server-only` refuses to load outside a React server; these processes are servers without React.
  alias: { '@': '.', 'server-only': './node_modules/server-only/empty.js' },
  logLevel: 'warning',
}

function options(entryPoints) {
  return { ...NODE, entryPoints, outdir: 'dist', outExtension: { '.js': '.mjs' }, sourcemap: true }
}

/** Builds one entry for a run of its own: a bench, the simulation. */
export function bundleOnce(entry, outfile) {
  return build({ ...NODE, entryPoints: [entry], outfile })
}

/** Builds each process by itself, so that one that is broken does not take the others along; then throws what was broken. */
export async function buildBundles() {
  const builds = Object.entries(ENTRIES).map(([name, file]) => build(options({ [name]: file })))
  const broken = (await Promise.allSettled(builds)).filter((result) => result.status === 'rejected')
  if (broken.length > 0) throw new Error(broken.map(({ reason }) => reason.message).join('\n'))
}

/** Builds again whenever a source changes, and calls `onBuilt` after each build that succeeded. Returns the stop function. */
export async function watchBundles(onBuilt) {
  const plugin = { name: 'built', setup: (api) => api.onEnd((result) => result.errors.length === 0 && onBuilt()) }
  const watcher = await context({ ...options(ENTRIES), plugins: [plugin] })
  await watcher.watch()
  return () => watcher.dispose()
}
