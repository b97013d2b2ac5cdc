#!/usr/bin/env node
// `npm run test:clusters`: the tests against a real Kubernetes API server, then the journeys over two of them in a browser. Its programs come from KUBEBUILDER_ASSETS, the
// cache, a download, or a build with Go. USE_EXISTING_CLUSTER=true runs the same tests on the cluster of KUBECONFIG. What could not be tested is said; in continuous
// integration (CI) it is a failure. Arguments are parts of the paths of test files: only those run; `e2e` is the journeys.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildProcesses, buildWeb, generate, install, ROOT } from './steps.mjs'
import { summarise } from './summary.mjs'

process.chdir(ROOT)
await install()
await generate()
const { bundleOnce } = await import('./bundles.mjs')
const { browser, vitest } = await import('./runners.mjs')
const { provideChromium } = await import('./chromium.mjs')
const outfile = path.join(ROOT, 'dist', 'k8s', 'provide.mjs')
await bundleOnce('tools/k8s/provide.ts', outfile)
const { provide } = await import(pathToFileURL(outfile).href)

const wanted = process.argv.slice(2)
const files = wanted.filter((part) => !part.startsWith('e2e'))
const { ready, own, reasons } = await provide(console.log)
let skipped = 0

async function journeys() {
  if (!own) return skip('the journeys start clusters of their own, with controllers')
  const chromium = provideChromium()
  if (!chromium) return skip('there is no Chromium and none could be installed: install one, or set CHROMIUM_PATH')
  await buildWeb()
  await buildProcesses()
  return browser(chromium, 'playwright.clusters.config.ts')
}

function skip(reason) {
  return { passed: 0, failed: 0, skipped: 1, reasons: [reason] }
}

/** Counts what was skipped: it is said again at the end. */
function counted(run) {
  return async () => {
    const count = await run()
    skipped += count.skipped
    return count
  }
}

if (reasons.length > 0) console.error(`\n${reasons.map((reason) => `  * ${reason}`).join('\n')}\n`)
if (ready) {
  const parts = []
  if (wanted.length === 0 || files.length > 0) parts.push(['Cluster tests', counted(() => vitest('clusters', files))])
  if (files.length < wanted.length || wanted.length === 0) parts.push(['Journeys on clusters', counted(journeys)])
  await summarise(parts)
  if (skipped > 0) console.error(`\nNOT ALL TESTED: ${skipped} tests against a Kubernetes API server were skipped.\n`)
  if (skipped > 0 && process.env.CI) process.exitCode = 1
} else {
  console.error(
    '\nNOT TESTED: there is no kube-apiserver here and none could be had, so nothing ran against Kubernetes. See docs/testing.md.\n',
  )
  process.exitCode = process.env.CI ? 1 : 0
}
