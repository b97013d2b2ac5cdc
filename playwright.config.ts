import { chmodSync, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.mjs'

// The journeys run against a Slipway of their own: the example workspace, real engine, real cluster, real traffic, fresh data.
const port = Number(process.env.SLIPWAY_E2E_PORT ?? 3400)
const address = `http://127.0.0.1:${port}`
// Workers load this file too, and must find the folder that was made first.
process.env.SLIPWAY_E2E_DATA ??= mkdtempSync(path.join(os.tmpdir(), 'slipway-e2e-'))
// As root the database runs as another user, who must be able to enter.
chmodSync(process.env.SLIPWAY_E2E_DATA, 0o755)

export default defineConfig({
  testDir: 'e2e',
  // They need API servers: playwright.clusters.config.ts.
  testIgnore: 'clusters/**',
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  // A bound for what never comes: a busy machine is slow, and that is not what is tested.
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    baseURL: address,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
    },
  },
  webServer: {
    command: `"${process.execPath}" scripts/start.mjs`,
    url: `${address}/api/ready`,
    // The first start builds what has changed.
    timeout: 600_000,
    // While writing a journey: one that was started by hand on SLIPWAY_E2E_PORT, with its data folder in SLIPWAY_E2E_DATA.
    reuseExistingServer: process.env.SLIPWAY_E2E_REUSE === '1',
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    env: { PORT: String(port), SLIPWAY_DATA_DIR: process.env.SLIPWAY_E2E_DATA },
  },
})
