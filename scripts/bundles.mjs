// The process bundles: packages stay outside, our own code becomes one file per process.
import { existsSync } from 'node:fs'
import { build, context } from 'esbuild'

/** Process name (dist/NAME.mjs) to its entry. */
export const ENTRIES = {
  engine: 'lib/engine/main.ts',
  cluster: 'lib/serving/main.ts',
  'model-server': 'lib/serving/model-server/main.ts',
  traffic: 'examples/flights/traffic.ts',
  seed: 'prisma/seed.ts',
}

function options() {
  return {
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).filter(([, file]) => existsSync(file))),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // `server-only` refuses to load outside a React server; these processes are servers without React.
    alias: { '@': '.', 'server-only': './node_modules/server-only/empty.js' },
    sourcemap: true,
    logLevel: 'warning',
  }
}

export async function buildBundles() {
  await build(options())
}

/** Builds again whenever a source changes, and calls `onBuilt` after each build that succeeded. Returns the stop function. */
export async function watchBundles(onBuilt) {
  const plugin = { name: 'built', setup: (api) => api.onEnd((result) => result.errors.length === 0 && onBuilt()) }
  const watcher = await context({ ...options(), plugins: [plugin] })
  await watcher.watch()
  return () => watcher.dispose()
}
