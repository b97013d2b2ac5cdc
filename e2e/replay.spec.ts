import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from '@playwright/test'
import { test } from './fixtures'

const run = promisify(execFile)

// Playwright takes the files by name: by now the journeys before this one have launched, held, returned and promoted.
test('every verdict of the example workspace is judged again to the same, bit for bit, and every ledger is intact', async () => {
  test.setTimeout(240_000)
  const { stdout } = await run(process.execPath, ['scripts/replay.mjs'], {
    env: { ...process.env, SLIPWAY_DATA_DIR: process.env.SLIPWAY_E2E_DATA },
  })
  const replayed = stdout.split('\n').filter((line) => /verdict.*; ledger/.test(line))
  const judged = replayed.filter((line) => !line.includes('no verdict was written'))
  expect(judged.length, stdout).toBeGreaterThan(0)
  for (const line of judged) expect(line).toMatch(/: (\d+) of \1 verdicts equal bit for bit; ledger intact, \d+ rows$/)
  expect(stdout).toContain(`${replayed.length} rollouts: everything is as it was written.`)
})
