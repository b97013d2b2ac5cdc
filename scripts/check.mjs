#!/usr/bin/env node
// `npm run check`: the quick part of `npm test`: lint, types and unit tests.
import { generate, install } from './steps.mjs'
import { summarise } from './summary.mjs'

await install()
await generate()
const { lint, types, vitest } = await import('./runners.mjs')

await summarise([
  ['Lint', lint],
  ['Types', types],
  ['Unit tests', () => vitest('unit')],
])
