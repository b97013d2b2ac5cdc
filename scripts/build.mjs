#!/usr/bin/env node
// `npm run build`: the web application and the process bundles. `--processes`: only the bundles (0.3 s).
import { buildBundles } from './bundles.mjs'
import { buildWeb, generate, ROOT } from './steps.mjs'

process.chdir(ROOT)
if (!process.argv.includes('--processes')) {
  await generate()
  await buildWeb()
}
await buildBundles()
