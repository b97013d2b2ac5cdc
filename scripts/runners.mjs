// The parts of `npm run check` and `npm test`. Each resolves to how many of its tests passed, failed and were skipped.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runNode } from './steps.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number, reasons?: string[] }} Count `reasons`: why tests were skipped. */

const BIN = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  next: 'node_modules/next/dist/bin/next',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
}

async function succeeds(file, args, options) {
  try {
    await runNode(file, args, options)
    return true
  } catch (error) {
    console.error(error.message)
    return false
  }
}

async function pass(...steps) {
  for (const step of steps) if (!(await step())) return { passed: 0, failed: 1, skipped: 0 }
  return { passed: 1, failed: 0, skipped: 0 }
}

export function lint() {
  return pass(() => succeeds(BIN.biome, ['check', '--error-on-warnings', '.']))
}

/** Types of routes and pages are made by Next first. */
export function types() {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  return pass(
    () => succeeds(BIN.next, ['typegen'], { env, quiet: true }),
    () => succeeds(BIN.tsc, ['--noEmit']),
  )
}

// A runner that ends badly with no failed test to show for it (a crash, a setup that failed) counts as one failure.
async function report(run, read) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-report-')), 'report.json')
  const ok = await run(file)
  const count = fs.existsSync(file) ? read(JSON.parse(fs.readFileSync(file, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 }
  fs.rmSync(path.dirname(file), { recursive: true, force: true })
  return ok || count.failed > 0 ? count : { ...count, failed: 1 }
}

/** A project of vitest: unit, integration or clusters; all of its files, or those whose paths hold one of `files`. */
export function vitest(project, files = []) {
  return report(
    (file) => {
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
      return succeeds(BIN.vitest, ['run', '--project', project, ...reporters, ...files])
    },
    (json) => ({
      passed: json.numPassedTests,
      // A file that could not be loaded has no tests to fail.
      failed: json.numFailedTests + json.testResults.filter((it) => it.status === 'failed' && it.assertionResults.length === 0).length,
      skipped: json.numPendingTests + json.numTodoTests,
      reasons: json.testResults.flatMap((file) => file.assertionResults.flatMap((it) => it.meta?.skipped ?? [])),
    }),
  )
}

/** The journeys in the browser, against a Slipway of their own: those of this configuration of Playwright. */
export function browser(chromium, config = 'playwright.config.ts') {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-e2e-'))
  fs.chmodSync(data, 0o755)
  const env = { ...process.env, CHROMIUM_PATH: chromium, SLIPWAY_E2E_DATA: data }
  return report(
    async (file) => {
      const args = ['test', `--config=${config}`, '--reporter=list,json']
      const ok = await succeeds(BIN.playwright, args, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file } })
      fs.rmSync(data, { recursive: true, force: true })
      return ok
    },
    (json) => ({ passed: json.stats.expected, failed: json.stats.unexpected + json.stats.flaky, skipped: json.stats.skipped }),
  )
}
