#!/usr/bin/env node
// `npm test`: everything, also on a fresh clone. Goes on after a failure, and closes with "N passed, N failed".
import { buildProcesses, buildWeb, generate, install } from './steps.mjs'
import { summarise } from './summary.mjs'

await install()
await generate()
const { browser, lint, types, vitest } = await import('./runners.mjs')
const { provideChromium } = await import('./chromium.mjs')

async function build() {
  try {
    await buildWeb()
    await buildProcesses()
    return { passed: 1, failed: 0, skipped: 0 }
  } catch (error) {
    console.error(error.message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function journeys() {
  const chromium = provideChromium()
  if (chromium) return browser(chromium)
  console.error('\nNO BROWSER TESTS: there is no Chromium and none could be installed. Install one, or set CHROMIUM_PATH.\n')
  return process.env.CI ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 }
}

await summarise([
  ['Lint', lint],
  ['Types', types],
  ['Unit tests', () => vitest('unit')],
  ['Build', build],
  ['Integration tests', () => vitest('integration')],
  ['Browser tests', journeys],
])
